//! A fresh, private database for each test, and the service on it.

use std::env;
use std::fs;
use std::hash::{BuildHasher, Hasher as _, RandomState};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use scim::profile::Leniency;
use scim::projection::Projection;
use scim::query::{Limits, Parameters};
use scim::registry::Registry;
use scim::representation::BaseUrl;
use scim::resource_type::ResourceType;
use scimd::service::{
    self, Admission, Answer, Call, Caller, Request, RequestId, Service, Settings, Tenancy, migrate,
};
use scimd::store::{CursorSecret, Result, Sql, Store, TenantId};
use serde_json::{Map, Value};

/// The base URL in every location.
pub(crate) const BASE: &str = "https://scim.example.test/scim/v2";

/// Bounds that get in no test's way.
pub(crate) const LIMITS: Limits = Limits {
    page_size_default: 1_000,
    page_size_max: 1_000,
    cursor_timeout_s: 3_600,
    filter_bytes_max: 1 << 20,
    filter_work_max: u64::MAX,
};

/// The databases every test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// Runs each body on both databases, as `name::sqlite` and `name::postgres`.
macro_rules! store_test {
    ($($(#[$meta:meta])* fn $name:ident($backend:ident) $body:block)+) => {$(
        $(#[$meta])*
        fn $name($backend: $crate::world::Backend) $body

        mod $name {
            #[test]
            fn sqlite() {
                super::$name($crate::world::Backend::Sqlite);
            }

            #[test]
            fn postgres() {
                super::$name($crate::world::Backend::Postgres);
            }
        }
    )+};
}

/// A database with the current schema. It vanishes with the value.
pub(crate) struct Database {
    pub(crate) url: String,
    directory: Option<PathBuf>,
    schema: Option<(String, String)>,
}

impl Database {
    pub(crate) fn create(backend: Backend) -> Self {
        let name = format!(
            "scimd_store_{:016x}",
            RandomState::new().build_hasher().finish()
        );
        let database = match backend {
            Backend::Sqlite => Self::file(&name),
            Backend::Postgres => Self::schema(name),
        };
        migrate(&database.url).expect("the migrations run");
        database
    }

    fn file(name: &str) -> Self {
        let directory = env::temp_dir().join(name);
        fs::create_dir_all(&directory).expect("a directory for the database");
        let url = format!("sqlite:{}", directory.join("scimd.db").display());
        Self {
            url,
            directory: Some(directory),
            schema: None,
        }
    }

    fn schema(name: String) -> Self {
        let Ok(server) = env::var("TEST_DATABASE_URL") else {
            panic!("this test needs PostgreSQL: run scripts/test");
        };
        execute(&server, format!("CREATE SCHEMA {name}")).expect("a schema of its own");
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options=-c%20search_path%3D{name}");
        Self {
            url,
            directory: None,
            schema: Some((server, name)),
        }
    }

    /// A connection of its own, beside the service's.
    pub(crate) fn connect(&self) -> Store {
        Store::open(&self.url, 1).expect("the database answers")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What cannot be removed is litter, not a failed test.
        if let Some((server, name)) = &self.schema {
            let _ = execute(server, format!("DROP SCHEMA IF EXISTS {name} CASCADE"));
        }
        if let Some(directory) = &self.directory {
            let _ = fs::remove_dir_all(directory);
        }
    }
}

fn execute(url: &str, statement: String) -> std::result::Result<usize, String> {
    let store = Store::open(url, 1)?;
    let done = store.upkeep(|tenants| tenants.execute(Sql::new(statement.clone())));
    done.map_err(|error| error.to_string())
}

/// The service on a database, with one tenant.
pub(crate) struct World {
    service: Service,
    call: Call,
    runtime: tokio::runtime::Runtime,
    // The last field: the pool's connections end before the database does.
    database: Database,
}

impl World {
    pub(crate) fn new(backend: Backend, registry: Registry) -> Self {
        let database = Database::create(backend);
        let tenant = tenant(&database.connect(), "default");
        let service =
            Service::open(&database.url, 2, Duration::from_secs(40), LIMITS).expect("a service");
        let tenancy = Tenancy {
            tenant,
            slug: "default".into(),
            settings: Settings::default(),
            registry: Arc::new(registry),
            base: BaseUrl::new(BASE),
            revision: 1,
            cursor_secret: CursorSecret("0".repeat(64)),
        };
        let (caller, admission) = (Caller::default(), Admission::without_credential(tenant));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        Self {
            service,
            call: Call::new(tenancy, caller, admission, RequestId::new("test")),
            runtime,
            database,
        }
    }

    /// Users and groups.
    pub(crate) fn standard(backend: Backend) -> Self {
        Self::new(backend, Registry::standard(true))
    }

    pub(crate) fn kind(&self, name: &str) -> Arc<ResourceType> {
        Arc::clone(
            self.call
                .tenancy
                .registry
                .named(name)
                .expect("a resource type of this name"),
        )
    }

    fn request(&self, kind: &Arc<ResourceType>, attributes: Option<&str>) -> Request {
        let projection =
            Projection::parse(attributes, None, kind, &Leniency::lenient()).expect("a projection");
        Request {
            call: self.call.part(),
            resource_type: Arc::clone(kind),
            projection,
        }
    }

    /// Creates a resource; its id.
    pub(crate) fn create(&self, kind: &Arc<ResourceType>, body: Value) -> String {
        match self.try_create(kind, body.clone()) {
            Ok(Answer::Created(shown)) => {
                let body = shown.body.whole().expect("few members");
                text(&serde_json::from_str(&body).expect("an object"), "id").to_owned()
            }
            other => panic!("{other:?} for {body}"),
        }
    }

    /// Creates a resource; the answer.
    pub(crate) fn try_create(&self, kind: &Arc<ResourceType>, body: Value) -> Result<Answer> {
        let Value::Object(body) = body else {
            panic!("{body} is no resource")
        };
        let created = service::create(&self.service, self.request(kind, None), body);
        self.runtime.block_on(created)
    }

    /// The tenant's definitions change, after the calls of this world have read them.
    pub(crate) fn move_on(&self) {
        execute(
            &self.database.url,
            "UPDATE tenants SET revision = revision + 1".to_owned(),
        )
        .expect("a new revision");
    }

    /// A page of a list, as clients see it.
    pub(crate) fn page(
        &self,
        kind: &Arc<ResourceType>,
        parameters: &[(&str, &str)],
    ) -> Result<Value> {
        let pairs = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let attributes = parameters
            .iter()
            .find_map(|(name, value)| (*name == "attributes").then_some(*value));
        let listed = service::list(
            &self.service,
            self.call.part(),
            vec![self.request(kind, attributes)],
            Parameters::new(pairs.collect(), &self.call.leniency)?,
        );
        let listed = self.runtime.block_on(listed)?.whole();
        Ok(serde_json::from_str(&listed.expect("few members")).expect("JSON"))
    }

    /// A page of a list, taken apart: its resources and the number of all matches.
    pub(crate) fn list(
        &self,
        kind: &Arc<ResourceType>,
        parameters: &[(&str, &str)],
    ) -> Result<(Vec<Map<String, Value>>, i64)> {
        let mut page = self.page(kind, parameters)?;
        let total = page["totalResults"].as_i64().expect("a total");
        let resources = page["Resources"]
            .as_array_mut()
            .expect("resources")
            .iter_mut();
        let objects = resources.map(|resource| {
            resource
                .as_object_mut()
                .map(std::mem::take)
                .expect("an object")
        });
        Ok((objects.collect(), total))
    }

    /// Every resource of a type, as clients see it, in creation order.
    pub(crate) fn all(&self, kind: &Arc<ResourceType>) -> Vec<Map<String, Value>> {
        self.list(kind, &[]).expect("a list").0
    }

    /// The ids that a query selects, in its order, and the number of all matches.
    pub(crate) fn ids(
        &self,
        kind: &Arc<ResourceType>,
        parameters: &[(&str, &str)],
    ) -> Result<(Vec<String>, i64)> {
        let mut parameters = parameters.to_vec();
        parameters.push(("attributes", "id"));
        let (resources, total) = self.list(kind, &parameters)?;
        Ok((
            resources
                .iter()
                .map(|resource| text(resource, "id").to_owned())
                .collect(),
            total,
        ))
    }
}

/// Creates a tenant.
pub(crate) fn tenant(store: &Store, slug: &str) -> TenantId {
    let created = store.over_tenants_blocking(|tenants| tenants.create(slug, slug, 0));
    created.expect("a tenant").id
}

pub(crate) fn text<'r>(resource: &'r Map<String, Value>, name: &str) -> &'r str {
    resource.get(name).and_then(Value::as_str).expect("a text")
}
