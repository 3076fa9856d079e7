//! Look-ups that identity providers make never read a whole tenant.

use std::sync::Arc;

use scim::profile::Leniency;
use scim::query::{ListQuery, Parameters};
use scim::registry::Registry;
use scim::representation::BaseUrl;
use scim::resource_type::ResourceType;
use scimd::store::query::{Compiler, Position, Start};
use scimd::store::{Dialect, Sql, Store, TenantId};

use crate::explain::explain;
use crate::world::{BASE, Backend, Database, LIMITS, tenant};

const USERS: i32 = 3_000;
const GROUPS: i32 = 300;
/// After this one resource in a hundred changed.
const RECENTLY: &str = "2026-01-03T01:30:00Z";

store_test! {
    /// The look-ups of users, alone and joined with each other.
    fn look_ups_of_users_read_no_whole_tenant(backend) {
        let mut tenants = Tenants::create(backend);
        let (id, group) = (tenants.id("u", 1_234), tenants.id("g", 7));
        let look_ups = [
            "userName eq \"User1234\"",
            "externalId eq \"external1234\"",
            &format!("id eq \"{id}\""),
            &format!("meta.location eq \"{BASE}/Users/{id}\""),
            "displayName eq \"Person 1234\"",
            "emails.value eq \"USER1234@example.test\"",
            "emails eq \"user1234@example.test\"",
            "emails[type eq \"work\" and value eq \"user1234@example.test\"]",
            "emails[type eq \"work\"].value eq \"user1234@example.test\"",
            &format!("groups.value eq \"{group}\""),
            &format!("groups eq \"{group}\""),
            &format!("groups[value eq \"{group}\" and type eq \"direct\"]"),
            "active eq false",
            &format!("meta.lastModified gt \"{RECENTLY}\""),
            &format!("id eq \"{id}\" and active eq true"),
            &format!("id eq \"{id}\" and groups.value eq \"{group}\""),
            "userName eq \"user1234\" and active eq true",
            "active eq true and emails.value eq \"user1234@example.test\"",
            &format!("active eq false and meta.lastModified gt \"{RECENTLY}\""),
        ];
        tenants.check("User", &look_ups);
        tenants.analyze();
        tenants.check("User", &look_ups);
        tenants.check("User", &["userName eq \"user1234\" or externalId eq \"external1234\""]);
        tenants.assert_no_scans();
    }

    /// Single-valued attributes that a type declares as indexed, in the core schema and inside a complex attribute.
    fn look_ups_of_declared_attributes_read_no_whole_tenant(backend) {
        let mut tenants = Tenants::create(backend);
        let mut kind = ResourceType::user();
        kind.indexed.extend(["nickName", "name.familyName"].map(str::to_owned));
        tenants.registry = Registry::of(vec![Arc::new(kind), Arc::new(ResourceType::group(true))]);
        let look_ups = [
            "nickName eq \"x\"",
            "name.familyName eq \"x\"",
            "nickName eq \"x\" and active eq true",
        ];
        tenants.check("User", &look_ups);
        tenants.analyze();
        tenants.check("User", &look_ups);
        tenants.assert_no_scans();
    }

    /// The look-ups of groups, alone and joined with each other.
    fn look_ups_of_groups_read_no_whole_tenant(backend) {
        let mut tenants = Tenants::create(backend);
        let (user, group) = (tenants.id("u", 1_234), tenants.id("g", 77));
        let look_ups = [
            "displayName eq \"group 77\"",
            "externalId eq \"external77\"",
            &format!("id eq \"{group}\""),
            &format!("members.value eq \"{user}\""),
            &format!("members eq \"{user}\""),
            &format!("id eq \"{group}\" and members eq \"{user}\""),
            &format!("members[value eq \"{user}\" and type eq \"User\"]"),
            &format!("displayName eq \"group 77\" and members.value eq \"{user}\""),
        ];
        tenants.check("Group", &look_ups);
        tenants.check("Group", &[&format!("meta.lastModified gt \"{RECENTLY}\"")]);
        // Not asked for what changed: SQLite keeps a few samples of an index, too coarse for a range of so few groups.
        tenants.analyze();
        tenants.check("Group", &look_ups);
        tenants.assert_no_scans();
    }
}

store_test! {
    /// A page goes on from a place by its index, in every order that has one, both ways.
    ///
    /// Rows: CURSOR-19 PAGE-13
    fn pages_go_on_from_a_place_without_reading_a_tenant(backend) {
        let mut tenants = Tenants::create(backend);
        let middle = 1_500;
        let by_key = format!("{{\"value\": null, \"key\": {middle}}}");
        let by_name = format!("{{\"value\": {{\"Text\": \"user2000\"}}, \"key\": {middle}}}");
        let by_time = format!("{{\"value\": {{\"Integer\": 1767403800000}}, \"key\": {middle}}}");
        tenants.analyze();
        for (sort_by, order, place) in [
            ("", "ascending", &by_key),
            ("userName", "ascending", &by_name),
            ("userName", "descending", &by_name),
            ("meta.lastModified", "ascending", &by_time),
            ("meta.lastModified", "descending", &by_time),
        ] {
            tenants.check_pages(sort_by, order, place);
        }
        tenants.assert_no_scans();
    }
}

/// Two tenants of the same size, and what was found so far in the plans of one of them.
pub(crate) struct Tenants {
    store: Store,
    tenant: TenantId,
    registry: Registry,
    scans: Vec<String>,
    // The last field: the connection ends before the database does.
    _database: Database,
}

impl Tenants {
    /// As databases are found in service: PostgreSQL keeps statistics by itself, SQLite has none.
    fn create(backend: Backend) -> Self {
        let mut tenants = Self::create_without_statistics(backend);
        if backend == Backend::Postgres {
            tenants.analyze();
        }
        tenants
    }

    pub(crate) fn create_without_statistics(backend: Backend) -> Self {
        let database = Database::create(backend);
        let store = database.connect();
        let tenants = ["one", "two"].map(|slug| tenant(&store, slug));
        for tenant in tenants {
            populate(&store, tenant);
        }
        Self {
            store,
            tenant: tenants[0],
            registry: Registry::standard(true),
            scans: Vec::new(),
            _database: database,
        }
    }

    pub(crate) fn analyze(&mut self) {
        for table in ["resources", "memberships", "indexed_values"] {
            run(&self.store, format!("ANALYZE {table}"));
        }
    }

    /// The id of a resource.
    pub(crate) fn id(&self, kind: &str, number: i32) -> String {
        format!("{kind}-{}-{number}", self.tenant.0)
    }

    fn check(&mut self, kind: &str, filters: &[&str]) {
        for filter in filters {
            self.explain(kind, filter);
        }
    }

    /// Explains a query of an application.
    pub(crate) fn explain_query(&mut self, query: &str) {
        let (plan, scans) = explain(&self.store, Sql::new(query));
        if !scans.is_empty() {
            self.scans.push(format!(
                "{query}\n{plan}\n  reads a tenant: {}",
                scans.join("; ")
            ));
        }
    }

    /// Explains both statements of a list.
    fn explain(&mut self, kind: &str, filter: &str) {
        let (base, leniency) = (BaseUrl::new(BASE), Leniency::lenient());
        let registry = self.registry.clone();
        let kind = registry.named(kind).expect("a resource type");
        let compiler =
            Compiler::detached(dialect(&self.store), self.tenant, kind, &registry, &base);
        for count in ["100", "0"] {
            let pairs = [("filter", filter), ("count", count)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()));
            let parameters = Parameters::new(pairs.into(), &leniency).expect("parameters");
            let kinds = std::slice::from_ref(kind);
            let query = ListQuery::parse(&parameters, kinds, &leniency, LIMITS).expect("a query");
            let (name, statement) = if count == "0" {
                ("total", compiler.total(&query))
            } else {
                ("page", compiler.page(&query, &Start::Beginning))
            };
            let (plan, scans) = explain(&self.store, statement);
            if !scans.is_empty() {
                self.scans.push(format!(
                    "{name} of {filter}\n{plan}\n  reads a tenant: {}",
                    scans.join("; ")
                ));
            }
        }
    }

    /// Reads the plans of the pages behind and before a place.
    fn check_pages(&mut self, sort_by: &str, order: &str, place: &str) {
        let registry = Registry::standard(true);
        let (base, leniency) = (BaseUrl::new(BASE), Leniency::lenient());
        let kind = registry.named("User").expect("users");
        let pairs = [("sortBy", sort_by), ("sortOrder", order), ("count", "100")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let parameters = Parameters::new(pairs.into(), &leniency).expect("parameters");
        let kinds = std::slice::from_ref(kind);
        let query = ListQuery::parse(&parameters, kinds, &leniency, LIMITS).expect("a query");
        let dialect = dialect(&self.store);
        let compiler = Compiler::detached(dialect, self.tenant, kind, &registry, &base);
        let place: Position = serde_json::from_str(place).expect("a place");
        for start in [
            Start::After(place.clone()),
            Start::From(place.clone()),
            Start::Before(place),
        ] {
            let statement = compiler.page(&query, &start);
            let (plan, scans) = explain(&self.store, statement);
            if !scans.is_empty() {
                self.scans.push(format!(
                    "{start:?} by {sort_by} {order}\n{plan}\n  {}",
                    scans.join("; ")
                ));
            }
        }
    }

    pub(crate) fn assert_no_scans(&self) {
        assert!(
            self.scans.is_empty(),
            "{} plans read a whole tenant:\n\n{}",
            self.scans.len(),
            self.scans.join("\n\n")
        );
    }
}

/// Fills a tenant by set operations: thousands of requests would take longer than all tests together. One user in a
/// hundred is inactive; each group has twenty members, and each of the second ten groups has one of the first ten in it.
fn populate(store: &Store, tenant: TenantId) {
    let users = Kind {
        name: "User",
        id: "u",
        unique: "user",
        display: "person ",
        count: USERS,
    };
    let groups = Kind {
        name: "Group",
        id: "g",
        unique: "group ",
        display: "group ",
        count: GROUPS,
    };
    for kind in [users, groups] {
        run(store, kind.insert(dialect(store), tenant.0));
    }
    let tenant = tenant.0;
    run(
        store,
        format!(
            "INSERT INTO indexed_values (tenant_id, resource_type, attribute, value, resource_key) \
             SELECT tenant_id, resource_type, 'emails.value', unique_key || '@example.test', key \
             FROM resources WHERE tenant_id = {tenant} AND resource_type = 'User'"
        ),
    );
    for (member, condition) in [
        ("u", format!("i % {GROUPS} = n.g OR i % 331 = n.g")),
        ("g", "i <= 10 AND n.g = i + 10".to_owned()),
    ] {
        let (groups, members) = (numbers(GROUPS), numbers(USERS));
        run(
            store,
            format!(
                "INSERT INTO memberships (tenant_id, group_key, member_key) SELECT {tenant}, g.key, m.key \
                 FROM (SELECT n.g, i FROM (SELECT i AS g FROM {groups}) AS n JOIN {members} ON {condition}) AS n \
                 JOIN resources g ON g.tenant_id = {tenant} AND g.id = 'g-{tenant}-' || n.g \
                 JOIN resources m ON m.tenant_id = {tenant} AND m.id = '{member}-{tenant}-' || n.i"
            ),
        );
    }
}

struct Kind {
    name: &'static str,
    id: &'static str,
    unique: &'static str,
    display: &'static str,
    count: i32,
}

impl Kind {
    fn insert(&self, dialect: Dialect, tenant: i32) -> String {
        let Self {
            name,
            id,
            unique,
            display,
            count,
        } = self;
        let (object, array) = match dialect {
            Dialect::Postgres => ("jsonb_build_object", "jsonb_build_array"),
            Dialect::Sqlite => ("jsonb_object", "jsonb_array"),
        };
        let document = format!(
            "{object}('userName', '{unique}' || i, 'displayName', '{display}' || i, 'emails', \
             {array}({object}('value', '{unique}' || i || '@example.test', 'type', 'work')))"
        );
        // SQLite keeps documents as text.
        let comparable = document.clone();
        let document = match dialect {
            Dialect::Postgres => document,
            Dialect::Sqlite => document.replace("jsonb_", "json_"),
        };
        // All types change over the same time, the last of them at the end.
        let minutes = USERS / count;
        let active = if *name == "User" {
            "i % 100 <> 0"
        } else {
            "NULL"
        };
        format!(
            "INSERT INTO resources (tenant_id, id, resource_type, unique_key, external_id, display_name, email, user_name, shown_name, active, version, \
             created_ms, last_modified_ms, document, comparable) \
             SELECT {tenant}, '{id}-{tenant}-' || i, '{name}', '{unique}' || i, 'external' || i, '{display}' || i, '{unique}' || i || '@example.test', '{unique}' || i, '{display}' || i, {active}, 1, \
             1767225600000, 1767225600000 + 60000 * {minutes} * i, {document}, {comparable} FROM {}",
            numbers(*count)
        )
    }
}

/// The numbers from one as rows `n(i)`; both databases understand it.
fn numbers(count: i32) -> String {
    format!(
        "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n) AS n{count}"
    )
}

fn run(store: &Store, statement: String) {
    let done = store.upkeep(|tenants| tenants.execute(Sql::new(statement.clone())));
    done.unwrap_or_else(|error| panic!("{error}: {statement}"));
}

fn dialect(store: &Store) -> Dialect {
    let dialect = store.upkeep(|tenants| Ok(tenants.dialect()));
    dialect.expect("the database answers")
}
