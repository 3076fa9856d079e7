//! A tenant's own resource type: the RFC's JSON form (RFC 7643 §6), and an object for what that form cannot say.

use serde_json::{Value, json};

use super::read::{
    array, flag, follows, known_members, object, optional_text, present, shortened, text,
};
use super::schema::check_urn;
use crate::ScimError;
use crate::discovery::RESOURCE_TYPE_URN;
use crate::json::Object;
use crate::registry::RESERVED;
use crate::resource_type::Catalogue;

/// URN of the object that says how resources of a type are stored and who may write them.
pub const STORAGE_URN: &str = "urn:scimd:params:scim:schemas:extension:storage:1.0:ResourceType";

/// The type that draws on a catalogue when the catalogue names none.
const DRAWING: &str = "User";
/// Longest name and endpoint, in bytes.
const NAME_BYTES_MAX: usize = 100;
/// Most extensions of a type, and most indexed paths.
const LISTED_MAX: usize = 50;

const MEMBERS: [&str; 9] = [
    "schemas",
    "id",
    "name",
    "endpoint",
    "description",
    "schema",
    "schemaExtensions",
    "meta",
    STORAGE_URN,
];

/// A resource type as it was defined. The registry checks later that its schemas exist and fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TypeDefinition {
    pub(super) name: String,
    /// Without the slash.
    pub(super) endpoint: String,
    pub(super) description: Option<String>,
    pub(super) schema: String,
    /// URN and whether it is required; `None` where the definition does not speak of extensions.
    pub(super) extensions: Option<Vec<(String, bool)>>,
    pub(super) storage: Option<Storage>,
}

/// What the RFC's form cannot say.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Storage {
    pub(super) indexed: Vec<String>,
    pub(super) read_only: bool,
    pub(super) catalogue: Option<Catalogue>,
}

impl TypeDefinition {
    /// Reads and checks a definition by itself.
    ///
    /// Errors: `invalidValue`, naming the attribute and what was expected.
    pub(super) fn read(definition: &Object) -> Result<Self, ScimError> {
        known_members(definition, &MEMBERS, "resource type")?;
        follows(definition, RESOURCE_TYPE_URN)?;
        let name = text(definition, "name")?;
        check_name(name)?;
        if optional_text(definition, "id")?.is_some_and(|id| id != name) {
            return Err(ScimError::invalid_value("id", "is the same as `name`"));
        }
        let schema = text(definition, "schema")?;
        check_urn("schema", schema)?;
        Ok(Self {
            name: name.to_owned(),
            endpoint: endpoint(text(definition, "endpoint")?)?,
            description: optional_text(definition, "description")?.map(str::to_owned),
            schema: schema.to_owned(),
            extensions: array(definition, "schemaExtensions")?
                .map(read_extensions)
                .transpose()?,
            storage: present(definition, STORAGE_URN)
                .map(|storage| Storage::read(object(storage, STORAGE_URN)?))
                .transpose()?,
        })
    }

    /// The definition in the RFC's form.
    pub(super) fn to_json(&self) -> Object {
        let mut shown = Object::new();
        let mut schemas = vec![RESOURCE_TYPE_URN];
        schemas.extend(self.storage.as_ref().map(|_| STORAGE_URN));
        shown.insert("schemas".into(), json!(schemas));
        shown.insert("id".into(), self.name.as_str().into());
        shown.insert("name".into(), self.name.as_str().into());
        shown.insert("endpoint".into(), format!("/{}", self.endpoint).into());
        if let Some(description) = &self.description {
            shown.insert("description".into(), description.as_str().into());
        }
        shown.insert("schema".into(), self.schema.as_str().into());
        if let Some(extensions) = &self.extensions {
            let extensions = extensions.iter();
            let extensions =
                extensions.map(|(urn, required)| json!({ "schema": urn, "required": required }));
            shown.insert("schemaExtensions".into(), extensions.collect());
        }
        if let Some(storage) = &self.storage {
            shown.insert(STORAGE_URN.into(), storage.to_json());
        }
        shown
    }
}

impl Storage {
    fn read(definition: &Object) -> Result<Self, ScimError> {
        known_members(
            definition,
            &["indexed", "readOnly", "catalogue"],
            STORAGE_URN,
        )?;
        let paths = array(definition, "indexed")?.unwrap_or_default();
        if paths.len() > LISTED_MAX {
            return Err(ScimError::invalid_value(
                "indexed",
                format!("lists at most {LISTED_MAX} paths"),
            ));
        }
        let indexed = paths
            .iter()
            .map(|path| path.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| ScimError::invalid_value("indexed", "is an array of attribute paths"))?;
        Ok(Self {
            indexed,
            read_only: flag(definition, "readOnly", false)?,
            catalogue: present(definition, "catalogue")
                .map(|catalogue| read_catalogue(object(catalogue, "catalogue")?))
                .transpose()?,
        })
    }

    fn to_json(&self) -> Value {
        let mut shown = Object::new();
        shown.insert("indexed".into(), json!(self.indexed));
        shown.insert("readOnly".into(), self.read_only.into());
        if let Some(catalogue) = &self.catalogue {
            let catalogue = json!({
                "resourceType": catalogue.resource_type,
                "attribute": catalogue.attribute,
                "multiValued": catalogue.multi_valued,
                "required": catalogue.required,
            });
            shown.insert("catalogue".into(), catalogue);
        }
        Value::Object(shown)
    }
}

fn read_catalogue(definition: &Object) -> Result<Catalogue, ScimError> {
    known_members(
        definition,
        &["resourceType", "attribute", "multiValued", "required"],
        "catalogue",
    )?;
    Ok(Catalogue {
        resource_type: optional_text(definition, "resourceType")?
            .unwrap_or(DRAWING)
            .to_owned(),
        attribute: text(definition, "attribute")?.to_owned(),
        multi_valued: flag(definition, "multiValued", true)?,
        required: flag(definition, "required", false)?,
    })
}

fn read_extensions(listed: &[Value]) -> Result<Vec<(String, bool)>, ScimError> {
    if listed.len() > LISTED_MAX {
        return Err(ScimError::invalid_value(
            "schemaExtensions",
            format!("lists at most {LISTED_MAX} extensions"),
        ));
    }
    let read = |extension: &Value| {
        let extension = object(extension, "schemaExtensions")?;
        known_members(extension, &["schema", "required"], "schemaExtensions")?;
        let urn = text(extension, "schema")?;
        check_urn("schemaExtensions.schema", urn)?;
        Ok((urn.to_owned(), flag(extension, "required", false)?))
    };
    listed.iter().map(read).collect()
}

fn check_name(name: &str) -> Result<(), ScimError> {
    let letter = name.starts_with(|first: char| first.is_ascii_alphabetic());
    let sound = letter
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    if sound && name.len() <= NAME_BYTES_MAX {
        return Ok(());
    }
    Err(ScimError::invalid_value(
        "name",
        format!(
            "\"{}\": a letter, then letters, digits, _ and -, at most {NAME_BYTES_MAX} bytes",
            shortened(name)
        ),
    ))
}

/// One path segment below the base URL; the leading slash is the RFC's and not part of it.
fn endpoint(text: &str) -> Result<String, ScimError> {
    let segment = text.strip_prefix('/').unwrap_or(text);
    let sound = segment.starts_with(|first: char| first.is_ascii_alphanumeric())
        && segment
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._~-".contains(c))
        && segment.len() <= NAME_BYTES_MAX;
    if !sound {
        return Err(ScimError::invalid_value(
            "endpoint",
            format!(
                "\"{}\": one path segment such as /Devices, of letters, digits and . _ ~ -",
                shortened(text)
            ),
        ));
    }
    if RESERVED
        .iter()
        .any(|reserved| reserved.eq_ignore_ascii_case(segment))
    {
        return Err(ScimError::invalid_value(
            "endpoint",
            format!("/{segment} is reserved by the protocol"),
        ));
    }
    Ok(segment.to_owned())
}
