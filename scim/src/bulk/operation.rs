//! Operations whose references are ids: what is left to do is what single requests do.

use serde_json::{Map, Value};

use super::path::Named;
use super::references;
use super::request::{BulkRequest, Echo, Instruction, Method, Parsed};
use crate::ScimError;
use crate::profile::Rules;

/// An operation of the request.
#[derive(Debug)]
pub struct Operation {
    /// What the answer repeats.
    pub echo: Echo,
    /// What is to be done, or why it cannot be.
    pub work: Result<Work, ScimError>,
    /// The POSTs whose ids stand in it: without their resources it fails.
    pub needs: Vec<usize>,
    /// The leniencies without which it could not have been read.
    pub needed: Rules,
}

/// What a single request would be asked to do.
#[derive(Debug)]
pub struct Work {
    /// The method.
    pub method: Method,
    /// The endpoint, perhaps one that is not served.
    pub endpoint: String,
    /// The resource; of a POST, the id it gives.
    pub id: String,
    /// What `If-Match` would say.
    pub version: Option<String>,
    /// The body.
    pub data: Map<String, Value>,
}

/// Where the ids of a request come from, and what one operation asked of them.
struct Ids<'r> {
    request: &'r BulkRequest,
    of_posts: &'r [String],
    needs: Vec<usize>,
    unknown: Option<String>,
}

impl BulkRequest {
    /// The well-formed POSTs by their places, with their endpoints and bodies.
    pub fn posts(&self) -> impl Iterator<Item = (usize, &str, &Map<String, Value>)> {
        let numbered = self.operations.iter().enumerate();
        numbered.filter_map(|(index, parsed)| {
            let instruction = parsed.instruction.as_ref().ok()?;
            let is_post = instruction.method == Method::Post;
            is_post.then(|| {
                let endpoint = instruction.target.endpoint.as_str();
                (index, endpoint, &instruction.data)
            })
        })
    }

    /// The ids that stand in the paths of operations.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.operations.iter().filter_map(|parsed| {
            let instruction = parsed.instruction.as_ref().ok()?;
            match instruction.target.resource.as_ref()? {
                Named::Id(id) => Some(id.as_str()),
                Named::BulkId(_) => None,
            }
        })
    }

    /// Gives every operation an id, of which POSTs use theirs, and replaces the references.
    pub fn resolve(mut self, new_id: impl FnMut(usize) -> String) -> Vec<Operation> {
        let operations = std::mem::take(&mut self.operations);
        let of_posts: Vec<String> = (0..operations.len()).map(new_id).collect();
        let numbered = operations.into_iter().enumerate();
        numbered
            .map(|(index, parsed)| resolve(&self, &of_posts, index, parsed))
            .collect()
    }
}

fn resolve(
    request: &BulkRequest,
    of_posts: &[String],
    index: usize,
    Parsed {
        echo,
        needed,
        instruction,
    }: Parsed,
) -> Operation {
    let mut ids = Ids {
        request,
        of_posts,
        needs: Vec::new(),
        unknown: None,
    };
    let work = instruction.and_then(|instruction| ids.work(index, instruction));
    let mut needs = ids.needs;
    needs.sort_unstable();
    needs.dedup();
    Operation {
        echo,
        work,
        needs,
        needed,
    }
}

impl Ids<'_> {
    fn work(&mut self, index: usize, instruction: Instruction) -> Result<Work, ScimError> {
        let Instruction {
            method,
            target,
            version,
            mut data,
        } = instruction;
        let id = match target.resource {
            None => self.of_posts.get(index).cloned(),
            Some(Named::Id(id)) => Some(id),
            Some(Named::BulkId(name)) => self.of(&name),
        };
        references::replace(&mut data, method, &mut |name| self.of(name));
        match (id, self.unknown.take()) {
            (Some(id), None) => Ok(Work {
                method,
                endpoint: target.endpoint,
                id,
                version,
                data,
            }),
            (_, name) => Err(undefined(&name.unwrap_or_default())),
        }
    }

    fn of(&mut self, name: &str) -> Option<String> {
        let Some(post) = self.request.definitions.get(name) else {
            self.unknown.get_or_insert_with(|| name.to_owned());
            return None;
        };
        self.needs.push(*post);
        self.of_posts.get(*post).cloned()
    }
}

fn undefined(name: &str) -> ScimError {
    ScimError::Conflict(format!(
        "no POST of this request has the bulkId \"{name:.100}\""
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::profile::Leniency;

    fn operations(sent: Value) -> Vec<Operation> {
        let Value::Object(body) = json!({ "Operations": sent }) else {
            panic!("the message is an object");
        };
        let mut count = 0;
        let request = BulkRequest::parse(body, &Leniency::lenient(), 10).unwrap();
        request.resolve(|_| {
            count += 1;
            format!("id{count}")
        })
    }

    /// Rows: BULK-24 BULK-26 BULK-27 BULK-29 BULK-37
    #[test]
    fn references_become_ids_and_needs() {
        let found = operations(json!([
            { "method": "PATCH", "path": "/Groups/bulkId:g", "data": { "a": "bulkId:u" } },
            { "method": "POST", "path": "/Groups", "bulkId": "g", "data": { "m": ["bulkId:u", "bulkId:g", "bulkId:u"] } },
            { "method": "POST", "path": "/Nowhere", "bulkId": "u", "data": {} },
            { "method": "PUT", "path": "/Users/bulkId:nope", "data": { "a": "bulkId:u" } },
            { "method": "DELETE", "path": "/Users/7", "bulkId": "u" },
            { "method": "POST", "path": "/Users", "bulkId": "u", "data": {} },
            { "method": "POST", "path": "/Users", "bulkId": "w", "data": { "a": "bulkId:7", "b": "bulkId:8" } },
        ]));
        let work = |index: usize| {
            found[index]
                .work
                .as_ref()
                .map_err(|error| (error.wire().0, error.to_string()))
        };
        assert_eq!(work(0).unwrap().id, "id2");
        assert_eq!(
            work(0).unwrap().data,
            json!({ "a": "id3" }).as_object().unwrap().clone()
        );
        assert_eq!(found[0].needs, [1, 2]);
        assert_eq!(work(1).unwrap().data["m"], json!(["id3", "id2", "id3"]));
        assert_eq!(found[1].needs, [1, 2]);
        assert_eq!(found[2].needs, [0usize; 0]);
        let (status, text) = work(3).unwrap_err();
        assert!(status == 409 && text.contains("\"nope\""), "{text}");
        assert_eq!(work(4).unwrap().id, "7");
        assert_eq!(work(5).unwrap_err().0, 400, "a bulkId is defined once");
        let (status, text) = work(6).unwrap_err();
        assert!(status == 409 && text.contains("\"7\""), "{text}");
    }
}
