//! The part of a page that a program writes, between two comments. People write the rest.

use std::fs;
use std::path::Path;

use crate::Result;

/// Replaces the section `name` of the page.
pub(crate) fn write(path: &Path, name: &str, text: &str) -> Result<()> {
    let shown = path.display();
    let page = fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    let page = replace(&page, name, text).ok_or_else(|| {
        let [begin, end] = markers(name);
        format!("{shown} has no {begin} with {end} behind it")
    })?;
    fs::write(path, page).map_err(|error| format!("{shown}: {error}").into())
}

fn markers(name: &str) -> [String; 2] {
    ["begin", "end"].map(|word| format!("<!-- {word} {name} -->"))
}

/// The page with another text between the markers. They stay.
fn replace(page: &str, name: &str, text: &str) -> Option<String> {
    let [begin, end] = markers(name);
    let from = page.find(&begin)? + begin.len();
    let to = from + page[from..].find(&end)?;
    let (before, after) = (&page[..from], &page[to..]);
    Some(format!("{before}\n\n{}\n\n{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let page = "# Page\n\n<!-- begin figures -->\nold\n<!-- end figures -->\n\nRest.\n";
        let expected = "# Page\n\n<!-- begin figures -->\n\nnew\n\n<!-- end figures -->\n\nRest.\n";
        assert_eq!(replace(page, "figures", "new\n").as_deref(), Some(expected));
        assert_eq!(
            replace(expected, "figures", "new").as_deref(),
            Some(expected),
            "a second time changes nothing"
        );
    }

    #[test]
    fn a_page_without_both_markers_in_order_stays_as_it_is() {
        for page in [
            "",
            "<!-- begin figures -->",
            "<!-- end figures --> <!-- begin figures -->",
            "<!-- begin other --><!-- end other -->",
        ] {
            assert_eq!(replace(page, "figures", "new"), None, "{page}");
        }
    }

    #[test]
    fn a_page_on_disk_is_rewritten_or_named() -> Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("page.md");
        fs::write(&path, "a\n<!-- begin x --><!-- end x -->\nb\n")?;
        write(&path, "x", "text")?;
        assert!(fs::read_to_string(&path)?.contains("\n\ntext\n\n"));
        let error = write(&path, "y", "text").err().map(|e| e.to_string());
        assert!(error.is_some_and(|text| text.contains("page.md has no <!-- begin y -->")));
        Ok(())
    }
}
