//! Makes texts from outside fit to be shown.

/// A text for one line of a terminal. A server must not be able to move the cursor there.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            character if character.is_control() => ' ',
            character => character,
        })
        .collect()
}

/// Cuts a text that is too long to be shown.
pub(super) fn shortened(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let kept = text.chars().take(chars_max.saturating_sub(1));
    kept.chain(['…']).collect()
}
