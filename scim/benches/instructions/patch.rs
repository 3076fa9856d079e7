//! A PATCH: from bytes to the document that it leaves.

use gungraun::{library_benchmark, library_benchmark_group};
use scim::Document;
use scim::json::parse_object;
use scim::patch::{Patched, apply, parse};

use super::limit::{Growth, counted};
use super::user;
use super::world::World;

/// Okta deactivates a user.
const OKTA: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]}"#;

/// Entra ID changes an e-mail and a name.
const ENTRA: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"emails[type eq \"work\"].value","value":"countess@example.com"},{"op":"Replace","path":"name.familyName","value":"King"}]}"#;

const OPERATIONS_MAX: usize = 1_000;

/// A PATCH that came in, and the document it is for.
struct Sent {
    world: &'static World,
    body: &'static str,
    document: Document,
}

impl Sent {
    /// The path ran once before: what the process makes only once is not counted.
    fn to_user(body: &'static str, emails: usize) -> &'static Self {
        let world = World::leaked();
        let document = user::document(world, emails);
        let sent = Box::leak(Box::new(Self {
            world,
            body,
            document,
        }));
        patch(sent);
        sent
    }
}

fn patch(sent: &'static Sent) -> Patched<'static> {
    let body = parse_object(sent.body.as_bytes()).expect("it is an object");
    let operations =
        parse(&body, &sent.world.leniency, OPERATIONS_MAX).expect("it is a PATCH message");
    let patched = apply(sent.world.context(), &sent.document, &operations);
    patched.expect("the document takes it")
}

fn check_okta(patched: Patched<'static>) {
    assert_eq!(patched.document["active"], false);
}

fn check_entra(patched: Patched<'static>) {
    assert_eq!(
        patched.document["emails"][0]["value"],
        "countess@example.com"
    );
    assert_eq!(patched.document["name"]["familyName"], "King");
}

const OKTA_EMAILS: Growth = Growth::linear(121_489, 552_975);

#[library_benchmark(setup = Sent::to_user, teardown = check_okta)]
#[bench::with_2_emails(args = (OKTA, 2), config = counted(78_927))]
#[bench::with_20_emails(args = (OKTA, 20), config = counted(OKTA_EMAILS.at_size))]
#[bench::with_200_emails(args = (OKTA, 200), config = counted(OKTA_EMAILS.at_ten_times_the_size))]
fn patch_as_okta(sent: &'static Sent) -> Patched<'static> {
    patch(sent)
}

const ENTRA_EMAILS: Growth = Growth::linear(350_384, 2_492_593);

#[library_benchmark(setup = Sent::to_user, teardown = check_entra)]
#[bench::with_2_emails(args = (ENTRA, 2), config = counted(141_534))]
#[bench::with_20_emails(args = (ENTRA, 20), config = counted(ENTRA_EMAILS.at_size))]
#[bench::with_200_emails(args = (ENTRA, 200), config = counted(ENTRA_EMAILS.at_ten_times_the_size))]
fn patch_as_entra(sent: &'static Sent) -> Patched<'static> {
    patch(sent)
}

library_benchmark_group!(name = patches, benchmarks = [patch_as_okta, patch_as_entra]);
