//! Numbers for people.

/// A comma before every three digits from the end.
pub(crate) fn grouped(number: impl TryInto<u128>) -> String {
    let digits = number.try_into().unwrap_or(0).to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn three_digits_stand_together() {
        assert_eq!(grouped(0_u32), "0");
        assert_eq!(grouped(999_usize), "999");
        assert_eq!(grouped(10_000_usize), "10,000");
        assert_eq!(grouped(1_234_567_u64), "1,234,567");
    }
}
