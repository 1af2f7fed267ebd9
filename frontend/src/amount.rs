//! Amounts of money as people type them: `400`, `399.50`, `399,5`; a currency decides how many digits there are behind
//! the separator.

use daypack_domain::money::{Currency, Money};

use crate::format::currency_digits;

/// An amount as a field shows it, without a separator for thousands.
pub fn typed(money: Money) -> String {
    typed_with(money.amount_minor, currency_digits(money.currency))
}

/// What was typed, in the currency's smallest unit; nothing where it is no amount of this currency.
pub fn parsed(text: &str, currency: Currency) -> Option<Money> {
    let amount_minor = parsed_with(text, currency_digits(currency))?;
    Some(Money { amount_minor, currency })
}

fn typed_with(amount_minor: i64, digits: u32) -> String {
    let unit = 10_i64.pow(digits);
    let (whole, rest) = (amount_minor / unit, amount_minor % unit);
    match rest {
        0 => whole.to_string(),
        rest => format!("{whole}.{rest:0width$}", width = digits as usize),
    }
}

fn parsed_with(text: &str, digits: u32) -> Option<i64> {
    let text = text.trim().replace(',', ".");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let is_number = |text: &str| text.bytes().all(|letter| letter.is_ascii_digit());
    let more_than_digits = rest.len() > digits as usize;
    if whole.is_empty() || !is_number(whole) || !is_number(rest) || more_than_digits || text.ends_with('.') {
        return None;
    }
    let missing = digits.checked_sub(u32::try_from(rest.len()).ok()?)?;
    let rest: i64 = if rest.is_empty() { 0 } else { rest.parse().ok()? };
    let whole: i64 = whole.parse().ok()?;
    whole
        .checked_mul(10_i64.pow(digits))?
        .checked_add(rest * 10_i64.pow(missing))
}

#[cfg(test)]
mod tests {
    use super::{parsed_with, typed_with};

    #[test]
    fn amounts_are_read_by_the_digits_of_their_currency() {
        let cases = [
            ("400", 2, Some(40_000)),
            ("399.5", 2, Some(39_950)),
            ("399,05", 2, Some(39_905)),
            (" 0 ", 2, Some(0)),
            ("1.005", 2, None),
            ("60000", 0, Some(60_000)),
            ("60000.5", 0, None),
            ("1.005", 3, Some(1_005)),
            ("1,2", 3, Some(1_200)),
            ("", 2, None),
            ("400.", 2, None),
            (".5", 2, None),
            ("-5", 2, None),
            ("4e2", 2, None),
            ("1.000.000", 2, None),
            ("99999999999999999999", 2, None),
            ("92233720368547758", 3, None),
        ];
        for (text, digits, amount) in cases {
            assert_eq!(parsed_with(text, digits), amount, "{text} with {digits} digits");
        }
    }

    #[test]
    fn amounts_are_shown_as_they_are_typed() {
        let cases = [
            (40_000, 2, "400"),
            (39_905, 2, "399.05"),
            (60_000, 0, "60000"),
            (1_005, 3, "1.005"),
            (5, 2, "0.05"),
        ];
        for (amount, digits, text) in cases {
            assert_eq!(typed_with(amount, digits), text);
            assert_eq!(parsed_with(text, digits), Some(amount));
        }
    }
}
