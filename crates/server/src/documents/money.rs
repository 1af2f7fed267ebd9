//! Amounts of money as documents write them: `2,000.00 EUR`, with the separators of the language.

use daypack_domain::money::Money;

/// Currencies whose minor unit is not a hundredth (ISO 4217), with the digits that they have.
const DIGITS: &[(&str, usize)] = &[
    ("BHD", 3),
    ("BIF", 0),
    ("CLP", 0),
    ("DJF", 0),
    ("GNF", 0),
    ("IQD", 3),
    ("ISK", 0),
    ("JOD", 3),
    ("JPY", 0),
    ("KMF", 0),
    ("KRW", 0),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("PYG", 0),
    ("RWF", 0),
    ("TND", 3),
    ("UGX", 0),
    ("VND", 0),
    ("VUV", 0),
    ("XAF", 0),
    ("XOF", 0),
    ("XPF", 0),
];

/// An amount in a language.
#[must_use]
pub fn written(money: Money, language: &str) -> String {
    let (thousands, point) = match language {
        "es" => ('.', ','),
        // Narrow, and no break.
        "fr" => ('\u{202f}', ','),
        _ => (',', '.'),
    };
    let code = money.currency.as_str();
    let digits = DIGITS
        .iter()
        .find_map(|(known, digits)| (*known == code).then_some(*digits))
        .unwrap_or(2);
    let all = format!("{:0>width$}", money.amount_minor.unsigned_abs(), width = digits + 1);
    let (whole, part) = all.split_at(all.len() - digits);
    let mut text = String::new();
    if money.amount_minor < 0 {
        text.push('−');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(thousands);
        }
        text.push(digit);
    }
    if digits > 0 {
        text.push(point);
        text.push_str(part);
    }
    format!("{text}\u{a0}{code}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use daypack_domain::money::Currency;

    #[test]
    fn amounts_have_the_separators_of_the_language_and_the_digits_of_the_currency() {
        let table = [
            (200_000, "EUR", "en", "2,000.00\u{a0}EUR"),
            (123_456_789, "EUR", "es", "1.234.567,89\u{a0}EUR"),
            (200_000, "EUR", "fr", "2\u{202f}000,00\u{a0}EUR"),
            (5, "EUR", "en", "0.05\u{a0}EUR"),
            (0, "EUR", "en", "0.00\u{a0}EUR"),
            (-1_050, "USD", "en", "−10.50\u{a0}USD"),
            (1_000, "JPY", "en", "1,000\u{a0}JPY"),
            (1_500, "KWD", "en", "1.500\u{a0}KWD"),
        ];
        for (amount_minor, code, language, expected) in table {
            let currency = Currency::parse(code).unwrap();
            assert_eq!(written(Money { amount_minor, currency }, language), expected);
        }
    }
}
