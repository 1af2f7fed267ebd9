//! Proformas: what is to be paid, by whom, to whom.

use daypack_api_types::order::{Party, Proforma};
use minijinja::{Value, value::Serde};
use serde::Serialize;

use super::{
    money,
    pdf::{Column, MARGIN, Sheets, Side, Style, WHOLE, WIDTH},
};
use crate::{error::Failure, mail::layout, mail::texts::Texts};

const TEMPLATE: &str = include_str!("templates/proforma.html");

/// What there is to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is to be paid.
    Waiting,
    /// It is paid.
    Paid,
    /// The payment bounced.
    Bounced,
    /// The order was cancelled.
    Cancelled,
    /// Nobody paid in time.
    Lapsed,
}

impl State {
    const fn key(self) -> &'static str {
        match self {
            Self::Waiting => "proforma.state.waiting",
            Self::Paid => "proforma.state.paid",
            Self::Bounced => "proforma.state.bounced",
            Self::Cancelled => "proforma.state.cancelled",
            Self::Lapsed => "proforma.state.lapsed",
        }
    }
}

/// A proforma in the buyer's language.
#[derive(Debug, Clone)]
pub struct Made {
    /// What it says.
    pub proforma: Proforma,
    /// What there is to pay.
    pub state: State,
    /// Its language.
    pub texts: &'static Texts,
}

/// Everything as it is written.
#[derive(Serialize)]
struct Written<'a> {
    number: &'a str,
    state: String,
    issued: String,
    pay_until: Option<String>,
    seller: &'a Party,
    buyer: &'a Party,
    lines: Vec<WrittenLine<'a>>,
    total: String,
    tax_note: &'a str,
    payment_instructions: &'a str,
    payment_reference: &'a str,
    terms: String,
}

#[derive(Serialize)]
struct WrittenLine<'a> {
    description: &'a str,
    packs: String,
    price: String,
    total: String,
}

impl Made {
    fn written(&self) -> Written<'_> {
        let (proforma, texts) = (&self.proforma, self.texts);
        let lines = proforma.lines.iter().map(|line| WrittenLine {
            description: &line.description,
            packs: line.packs.to_string(),
            price: money::written(line.price, texts.language),
            total: money::written(line.total, texts.language),
        });
        Written {
            number: &proforma.number,
            state: texts.get(self.state.key(), &[]),
            issued: texts.date(proforma.issued_on),
            pay_until: proforma.pay_until.map(|day| texts.date(day)),
            seller: &proforma.seller,
            buyer: &proforma.buyer,
            lines: lines.collect(),
            total: money::written(proforma.total, texts.language),
            tax_note: &proforma.tax_note,
            payment_instructions: &proforma.payment_instructions,
            payment_reference: &proforma.payment_reference,
            terms: texts.get("proforma.terms", &[("version", &proforma.terms_version.to_string())]),
        }
    }
}

/// A proforma as a page.
///
/// # Errors
/// A template that cannot be filled in: a fault of ours.
pub fn html(made: &Made) -> Result<String, Failure> {
    let mut environment = layout::with_texts(made.texts);
    environment
        .add_template("proforma.html", TEMPLATE)
        .map_err(Failure::internal)?;
    let template = environment.get_template("proforma.html").map_err(Failure::internal)?;
    template
        .render(Value::from(Serde(made.written())))
        .map_err(Failure::internal)
}

/// A proforma as PDF.
///
/// # Errors
/// A fault of ours.
pub fn pdf(made: &Made) -> Result<Vec<u8>, Failure> {
    let written = made.written();
    let t = |key: &str| made.texts.get(key, &[]);
    let half = WIDTH / 2.0;
    let left = Column {
        from: MARGIN,
        to: half - 12.0,
    };
    let right = Column {
        from: half + 12.0,
        to: WHOLE.to,
    };
    let mut sheets = Sheets::new();
    sheets.row(&[
        (left, Side::Left, Style::TITLE, &t("proforma.title")),
        (right, Side::Right, Style::STRONG, written.number),
    ]);
    sheets.text(Style::QUIET, &t("proforma.no_invoice"));
    sheets.space(14.0);
    let labelled = |sheets: &mut Sheets, label: &str, value: &str| {
        let label_column = Column {
            from: MARGIN,
            to: MARGIN + 110.0,
        };
        let value_column = Column {
            from: MARGIN + 110.0,
            to: WHOLE.to,
        };
        sheets.row(&[
            (label_column, Side::Left, Style::QUIET, label),
            (value_column, Side::Left, Style::TEXT, value),
        ]);
    };
    labelled(&mut sheets, &t("proforma.issued"), &written.issued);
    if let Some(until) = &written.pay_until {
        labelled(&mut sheets, &t("proforma.pay_until"), until);
    }
    labelled(&mut sheets, &t("proforma.state"), &written.state);
    sheets.space(14.0);
    sheets.row(&[
        (left, Side::Left, Style::QUIET, &t("proforma.seller")),
        (right, Side::Left, Style::QUIET, &t("proforma.buyer")),
    ]);
    sheets.row(&[
        (left, Side::Left, Style::STRONG, &written.seller.name),
        (right, Side::Left, Style::STRONG, &written.buyer.name),
    ]);
    let tax_label = t("proforma.tax_number");
    let (seller, buyer) = (
        below_name(written.seller, &tax_label),
        below_name(written.buyer, &tax_label),
    );
    sheets.row(&[
        (left, Side::Left, Style::TEXT, &seller),
        (right, Side::Left, Style::TEXT, &buyer),
    ]);
    sheets.space(14.0);
    table(&mut sheets, &written, &t);
    if !written.tax_note.is_empty() {
        sheets.space(6.0);
        sheets.text(Style::TEXT, written.tax_note);
    }
    sheets.space(18.0);
    sheets.text(Style::STRONG, &t("proforma.payment"));
    if !written.payment_instructions.is_empty() {
        sheets.text(Style::TEXT, written.payment_instructions);
    }
    let reference = format!("{} {}", t("proforma.reference"), written.payment_reference);
    sheets.text(Style::TEXT, &reference);
    sheets.space(18.0);
    sheets.text(Style::QUIET, &written.terms);
    let title = format!("{} {}", t("proforma.title"), written.number);
    sheets.finish(&title, made.texts.language)
}

fn table(sheets: &mut Sheets, written: &Written<'_>, t: &impl Fn(&str) -> String) {
    let item = Column {
        from: MARGIN,
        to: 290.0,
    };
    let packs = Column { from: 296.0, to: 340.0 };
    let price = Column { from: 346.0, to: 440.0 };
    let amount = Column {
        from: 446.0,
        to: WHOLE.to,
    };
    sheets.row(&[
        (item, Side::Left, Style::QUIET, &t("proforma.item")),
        (packs, Side::Right, Style::QUIET, &t("proforma.packs")),
        (price, Side::Right, Style::QUIET, &t("proforma.price")),
        (amount, Side::Right, Style::QUIET, &t("proforma.amount")),
    ]);
    sheets.rule();
    for line in &written.lines {
        sheets.row(&[
            (item, Side::Left, Style::TEXT, line.description),
            (packs, Side::Right, Style::TEXT, &line.packs),
            (price, Side::Right, Style::TEXT, &line.price),
            (amount, Side::Right, Style::TEXT, &line.total),
        ]);
    }
    sheets.rule();
    sheets.row(&[
        (item, Side::Left, Style::STRONG, &t("proforma.total")),
        (
            Column {
                from: 296.0,
                to: WHOLE.to,
            },
            Side::Right,
            Style::STRONG,
            &written.total,
        ),
    ]);
}

/// Address, number for taxes and mail, in lines.
fn below_name(party: &Party, tax_label: &str) -> String {
    let tax = Some(&party.tax_number).filter(|number| !number.is_empty());
    let tax = tax.map(|number| format!("{tax_label} {number}"));
    let parts = [Some(party.address.clone()), tax, Some(party.email.clone())];
    let written: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    written.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use daypack_api_types::order::ProformaLine;
    use daypack_domain::{
        money::{Currency, Money},
        order::OrderStatus,
    };

    fn made(language: &str, lines: usize) -> Made {
        let total = Money {
            amount_minor: 123_456_700,
            currency: Currency::EUR,
        };
        let line = ProformaLine {
            description: "Große & \"kleine\" <Änderungen>".repeat(3),
            packs: 10_000,
            price: total,
            total,
        };
        let party = Party {
            name: "Agencia del Norte y de todas las demás partes, Sociedad Limitada Unipersonal".to_owned(),
            address: "Calle Mayor 1\n28013 Madrid".to_owned(),
            tax_number: "ESB1".to_owned(),
            email: "a-very-long-address-without-any-place-to-break@a-very-long-name-of-a-company.example".to_owned(),
        };
        let proforma = Proforma {
            number: "PF-000042".to_owned(),
            issued_on: NaiveDate::from_ymd_opt(2026, 3, 4).unwrap(),
            pay_until: None,
            status: OrderStatus::Placed,
            seller: party.clone(),
            buyer: party,
            lines: vec![line; lines],
            total,
            tax_note: String::new(),
            payment_instructions: String::new(),
            payment_reference: "PF-000042".to_owned(),
            terms_version: 3,
        };
        Made {
            proforma,
            state: State::Waiting,
            texts: Texts::of(language),
        }
    }

    #[test]
    fn a_page_escapes_what_people_wrote_and_leaves_out_what_is_empty() {
        for (language, amount) in [
            ("en", "1,234,567.00"),
            ("es", "1.234.567,00"),
            ("fr", "1\u{202f}234\u{202f}567,00"),
        ] {
            let page = html(&made(language, 2)).unwrap();
            assert!(
                page.contains(amount) && page.contains(&format!("<html lang=\"{language}\">")),
                "{page}"
            );
            assert!(
                page.contains("&lt;Änderungen&gt;") && !page.contains("<Änderungen>"),
                "{page}"
            );
            assert!(!page.contains("proforma."), "a text is missing: {page}");
        }
    }

    #[test]
    fn a_pdf_is_written_however_long_it_is() {
        let (short, long) = (pdf(&made("en", 1)).unwrap(), pdf(&made("fr", 200)).unwrap());
        assert!(short.starts_with(b"%PDF-") && long.len() > short.len());
    }
}
