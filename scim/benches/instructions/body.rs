//! The body of a POST: from bytes to a document.

use gungraun::{library_benchmark, library_benchmark_group};
use scim::Document;
use scim::canonical::{Purpose, canonicalize};
use scim::json::parse_object;

use super::limit::{Growth, counted};
use super::user;
use super::world::World;

/// A body that came in.
struct Sent {
    world: &'static World,
    body: String,
}

impl Sent {
    /// The path ran once before: what the process makes only once is not counted.
    fn with_emails(emails: usize) -> &'static Self {
        let sent = Box::leak(Box::new(Self {
            world: World::leaked(),
            body: user::body(emails),
        }));
        read(sent);
        sent
    }
}

fn read(sent: &Sent) -> Document {
    let body = parse_object(sent.body.as_bytes()).expect("it is an object");
    let input = canonicalize(sent.world.context(), &body, Purpose::Create);
    input.expect("it is a user").document
}

fn check(document: Document) {
    assert_eq!(document["name"]["givenName"], "Ada");
}

const EMAILS: Growth = Growth::linear(778_482, 5_172_451);

#[library_benchmark(setup = Sent::with_emails, teardown = check)]
#[bench::with_2_emails(args = (2), config = counted(335_722))]
#[bench::with_20_emails(args = (20), config = counted(EMAILS.at_size))]
#[bench::with_200_emails(args = (200), config = counted(EMAILS.at_ten_times_the_size))]
fn read_user(sent: &'static Sent) -> Document {
    read(sent)
}

library_benchmark_group!(name = bodies, benchmarks = read_user);
