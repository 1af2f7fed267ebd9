//! Minutes as people type them.

/// What was typed, in minutes: `90`, `1:30`, `1h30`, `1 h 30 min`, `1,5 h`, `45 min`.
pub fn parse(text: &str) -> Option<i64> {
    let text: String = text
        .trim()
        .to_lowercase()
        .replace("min", "")
        .replace(',', ".")
        .split_whitespace()
        .collect();
    let whole = |part: &str| match part {
        "" => Some(0),
        digits => digits.parse::<i64>().ok().filter(|value| (0..100_000).contains(value)),
    };
    if text.is_empty() {
        return None;
    }
    match text.split_once([':', 'h']) {
        None => whole(&text),
        Some((hours, "")) if hours.contains('.') => {
            // In whole numbers: reading a float takes 16 kB of program.
            let (hours, fraction) = hours.split_once('.')?;
            let digits: String = fraction.chars().take(4).collect();
            let parts = 10_i64.pow(u32::try_from(digits.len()).ok()?);
            Some(whole(hours)? * 60 + (whole(&digits)? * 60 + parts / 2) / parts)
        }
        Some((hours, minutes)) => Some(whole(hours)? * 60 + whole(minutes)?),
    }
}

/// Minutes as a field shows them: `1:30`.
pub fn field_text(minutes: i64) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::{field_text, parse};

    #[test]
    fn durations_are_read_as_they_are_typed() {
        let cases = [
            ("90", Some(90)),
            ("1:30", Some(90)),
            ("1h30", Some(90)),
            ("1 h 30 min", Some(90)),
            ("1,5 h", Some(90)),
            ("0.25h", Some(15)),
            ("1.333333h", Some(80)),
            ("1.5.2h", None),
            ("2h", Some(120)),
            ("45 min", Some(45)),
            (":15", Some(15)),
            ("", None),
            ("soon", None),
            ("-5", None),
        ];
        for (typed, minutes) in cases {
            assert_eq!(parse(typed), minutes, "{typed}");
        }
        assert_eq!(parse(&field_text(375)), Some(375));
    }
}
