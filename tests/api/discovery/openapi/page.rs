//! `/docs`: it needs no token, all its files are there, and it loads nothing from other servers.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::support::{Reply, TestServer};

fn ask(server: &TestServer, method: &str, path: &str) -> Reply {
    server.request(method, path).absolute().anonymous().send()
}

fn inline_script(page: &str) -> &str {
    let (_, rest) = page
        .split_once("<script>")
        .expect("the page begins with a script");
    rest.split_once("</script>").expect("the script ends").0
}

/// The vendored files are the original ones: their sums are those of the README.
#[test]
fn vendored_files_are_unchanged() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/docs");
    let readme = fs::read_to_string(folder.join("README.md")).expect("a page about the files");
    let sums: Vec<_> = readme
        .lines()
        .filter_map(|line| line.split_once("  "))
        .collect();
    let files = fs::read_dir(folder.join("swagger-ui")).expect("the files");
    assert_eq!(sums.len(), files.count(), "{sums:?}");
    for (sum, name) in sums {
        let bytes = fs::read(folder.join("swagger-ui").join(name)).expect(name);
        let found: String = Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(found, sum, "{name}");
    }
}

api_test! {
    fn the_page_is_there_with_and_without_a_slash(server) {
        for path in ["/docs", "/docs/"] {
            let page = ask(&server, "GET", path);
            assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
            assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
            let policy = page.header("content-security-policy").unwrap_or_default().to_owned();
            let digest = STANDARD.encode(Sha256::digest(inline_script(&page.text)));
            assert!(policy.contains("default-src 'none'"), "{policy}");
            assert!(policy.contains(&format!("script-src 'self' 'sha256-{digest}';")), "{policy}");
            // No origin but our own, by name or by scheme.
            for elsewhere in ["http", "*", ".", "blob:", "unsafe"] {
                assert!(!policy.contains(elsewhere), "`{elsewhere}` in {policy}");
            }
            assert_eq!(ask(&server, "HEAD", path).status, 200);
        }
    }

    fn every_file_the_page_loads_is_ours(server) {
        let page = ask(&server, "GET", "/docs").text;
        let script = inline_script(&page);
        let files: Vec<_> = script.split("folder + \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(files.len(), 4, "{script}");
        for file in files {
            let path = format!("/docs/{file}");
            let reply = ask(&server, "GET", &path);
            assert_eq!(reply.status, 200, "{path}");
            let media = if file.ends_with(".js") { "text/javascript; charset=utf-8" } else { "text/css; charset=utf-8" };
            assert_eq!(reply.header("content-type"), Some(media), "{path}");
            assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert!(reply.text.len() > 50, "{path} is empty");
            let head = ask(&server, "HEAD", &path);
            assert_eq!((head.status, head.text.len()), (200, 0), "{path}");
            if file.starts_with("page.") {
                assert!(!reply.text.contains("://"), "{path} names a server");
            }
        }
        assert!(!page.contains("://"), "{page}");
        for licence in ["LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt"] {
            assert_eq!(ask(&server, "GET", &format!("/docs/{licence}")).status, 200, "{licence}");
        }
        for unknown in ["/docs/nope.js", "/docs/page.html", "/docs/..%2fscim.json", "/docs/a/b"] {
            ask(&server, "GET", unknown).error(404, "");
        }
    }

    fn what_the_client_has_is_not_sent_again(server) {
        for path in ["/openapi.json", "/docs", "/docs/swagger-ui-bundle.js"] {
            let first = ask(&server, "GET", path);
            assert_eq!(first.header("cache-control"), Some("no-cache"), "{path}");
            let tag = first.header("etag").unwrap_or_default();
            let again = |tag: &str| {
                let request = server.get(path).absolute().anonymous();
                request.header("If-None-Match", tag).send()
            };
            let same = again(tag);
            assert_eq!((same.status, same.text.len()), (304, 0), "{path}");
            assert_eq!(same.header("etag"), Some(tag), "{path}");
            assert_eq!(again("W/\"0\"").status, 200, "{path}");
        }
    }
}
