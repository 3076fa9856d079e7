//! The answer to a GET: from a stored user to text.

use gungraun::{library_benchmark, library_benchmark_group};
use scim::DocumentText;
use scim::etag::Version;
use scim::projection::Projection;
use scim::representation::{BaseUrl, Links, Renderer, Stored};

use super::limit::{Growth, counted};
use super::user;
use super::world::World;

/// The attributes that a client with `attributes=` asks for.
const ATTRIBUTES: &str = "userName,active,emails.value";

/// A user that is asked for.
struct Asked {
    world: &'static World,
    base: BaseUrl,
    stored: Stored,
    attributes: Option<&'static str>,
}

impl Asked {
    fn whole(emails: usize) -> &'static Self {
        Self::leaked(emails, None)
    }

    fn in_part(attributes: &'static str, emails: usize) -> &'static Self {
        Self::leaked(emails, Some(attributes))
    }

    /// The path ran once before: what the process makes only once is not counted.
    fn leaked(emails: usize, attributes: Option<&'static str>) -> &'static Self {
        let world = World::leaked();
        let asked = Box::leak(Box::new(Self {
            world,
            base: BaseUrl::new("https://scim.example.com/scim/v2"),
            stored: Stored {
                id: "0193a5e0-7c1d-7a4e-9d2b-3f8c6b1a2e4d".to_owned(),
                version: Version(7),
                created_ms: 1_764_500_000_000,
                last_modified_ms: 1_764_500_001_000,
                document: DocumentText::of(world.user(), &user::document(world, emails)),
            },
            attributes,
        }));
        render(asked);
        asked
    }
}

fn render(asked: &Asked) -> String {
    let user = asked.world.user();
    let projection = Projection::parse(asked.attributes, None, user, &asked.world.leniency);
    let projection = projection.expect("it is one list");
    let renderer = Renderer::new(user, &asked.base, &projection, &|_| None);
    renderer.render(&asked.stored, &Links::default())
}

fn check(text: String) {
    assert!(text.contains(r#""userName":"ada.lovelace@example.com""#));
}

const WHOLE_EMAILS: Growth = Growth::linear(25_114, 57_475);

#[library_benchmark(setup = Asked::whole, teardown = check)]
#[bench::with_2_emails(args = (2), config = counted(23_349))]
#[bench::with_20_emails(args = (20), config = counted(WHOLE_EMAILS.at_size))]
#[bench::with_200_emails(args = (200), config = counted(WHOLE_EMAILS.at_ten_times_the_size))]
fn render_whole(asked: &'static Asked) -> String {
    render(asked)
}

const PROJECTED_EMAILS: Growth = Growth::linear(306_684, 2_159_325);

#[library_benchmark(setup = Asked::in_part, teardown = check)]
#[bench::with_2_emails(args = (ATTRIBUTES, 2), config = counted(115_834))]
#[bench::with_20_emails(args = (ATTRIBUTES, 20), config = counted(PROJECTED_EMAILS.at_size))]
#[bench::with_200_emails(args = (ATTRIBUTES, 200), config = counted(PROJECTED_EMAILS.at_ten_times_the_size))]
fn render_projected(asked: &'static Asked) -> String {
    render(asked)
}

library_benchmark_group!(
    name = representations,
    benchmarks = [render_whole, render_projected]
);
