//! Applying operations: in order, on a copy, all or nothing.

use super::action::Action;
use super::complete::check_complete;
use super::meter::{Meter, weight_of};
use super::patch_operation::PatchOperation;
use super::patched::Patched;
use super::patcher::Patcher;
use super::path::PatchPath;
use crate::canonical::{Context, check_document};
use crate::path::{UnknownPath, resolve};
use crate::profile::Rule;
use crate::{Document, ScimError};

/// Applies PATCH operations to a canonical document.
///
/// Operations run in order on a copy. On error the caller keeps the untouched original. After each operation the
/// document must be sound by itself: required attributes are present, at most one value is primary.
///
/// Errors: `invalidPath`, `invalidFilter`, `noTarget` (a value filter selects nothing), `mutability`, `invalidValue`,
/// 413 (the operations would look at too many elements).
/// Source: RFC 7644 §3.5.2.
pub fn apply<'a>(
    context: Context<'a>,
    document: &Document,
    operations: &[PatchOperation],
) -> Result<Patched<'a>, ScimError> {
    apply_within(context, document, operations, &Meter::default())
}

/// The same as a part of a larger request, whose work is counted together.
pub fn apply_within<'a>(
    context: Context<'a>,
    document: &Document,
    operations: &[PatchOperation],
    meter: &Meter,
) -> Result<Patched<'a>, ScimError> {
    let mut patcher = Patcher::new(context, document, meter);
    for operation in operations {
        meter.charge(weight_of(&patcher.document))?;
        patcher.operation(operation)?;
        check_document(context, &patcher.document, Some(document))?;
    }
    check_complete(context.resource_type, &patcher.document)?;
    Ok(Patched {
        changed: patcher.document != *document,
        document: patcher.document,
        password: patcher.password,
        members: patcher.members,
    })
}

impl<'a> Patcher<'a> {
    fn operation(&mut self, operation: &PatchOperation) -> Result<(), ScimError> {
        let action = Action::of(operation)?;
        self.named.clear();
        let Some(path) = &operation.path else {
            return self.pathless(&action);
        };
        let path = PatchPath::parse(path)?;
        match resolve(
            &path.attribute,
            self.context.resource_type,
            self.context.leniency,
        ) {
            Ok(target) => self.target(&path, target, &action),
            Err(UnknownPath::Undefined { .. })
                if self.context.leniency.allows(Rule::IgnoreUnknownPaths) =>
            {
                Ok(())
            }
            Err(unknown) => Err(ScimError::InvalidPath(unknown.to_string())),
        }
    }
}
