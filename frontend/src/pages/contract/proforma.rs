//! The proforma of an order, as its page and its PDF have it.

use daypack_api_types::order::{Party, Proforma, ProformaLine};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::download,
    components::{Button, Card, use_toasts},
    format::{self, date, money},
    i18n::{t, t_with},
    pages::desk::parts::fact,
    routes::parameter,
};

/// The card, with the ways to keep it.
pub fn proforma(proforma: Proforma) -> AnyView {
    let id = StoredValue::new(parameter("id"));
    let (toasts, busy) = (use_toasts(), RwSignal::new(false));
    let number = StoredValue::new(proforma.number.clone());
    let save = move |ending: &'static str| {
        Callback::new(move |()| {
            busy.set(true);
            let path = format!("/orders/{}/proforma.{ending}", id.get_value());
            let name = format!("{}.{ending}", number.get_value());
            spawn_local(async move {
                if let Err(problem) = download::save(&path, &name).await {
                    toasts.fail(&problem);
                }
                busy.try_set(false);
            });
        })
    };
    let action = view! {
        <Button label=t("proforma.page") small=true busy=busy on_click=save("html") />
        <Button label=t("proforma.pdf") small=true busy=busy on_click=save("pdf") />
    }
    .into_any();
    let line = |line: &ProformaLine| {
        view! {
            <tr>
                <th scope="row">{line.description.clone()}</th>
                <td>{format::number(line.packs as f64)}</td>
                <td>{money(line.price)}</td>
                <td>{money(line.total)}</td>
            </tr>
        }
        .into_any()
    };
    let said = |text: &str| (!text.is_empty()).then(|| view! { <p class="lines small-text">{text.to_owned()}</p> });
    let facts = [
        Some(fact(t("proforma.issued"), date(proforma.issued_on))),
        proforma
            .pay_until
            .map(|until| fact(t("proforma.pay_until"), date(until))),
        Some(fact(t("proforma.name_it"), proforma.payment_reference.clone())),
    ];
    let title = t_with("proforma.title", &[("number", &proforma.number)]);
    view! {
        <Card title=title action=action>
            <div class="stack proforma">
                <div class="pair">{party(t("proforma.seller"), &proforma.seller)} {party(t("proforma.buyer"), &proforma.buyer)}</div>
                <div class="scrolls" tabindex="0" role="region" aria-label=t("proforma.lines")>
                    <table class="sums">
                        <thead>
                            <tr>
                                <th scope="col">{t("proforma.what")}</th>
                                <th scope="col">{t("plans.packs")}</th>
                                <th scope="col">{t("proforma.price")}</th>
                                <th scope="col">{t("proforma.sum")}</th>
                            </tr>
                        </thead>
                        <tbody>{proforma.lines.iter().map(line).collect_view()}</tbody>
                        <tfoot>
                            <tr><th scope="row">{t("proforma.total")}</th><td></td><td></td><td>{money(proforma.total)}</td></tr>
                        </tfoot>
                    </table>
                </div>
                <dl class="facts">{facts.into_iter().flatten().collect_view()}</dl>
                {said(&proforma.payment_instructions)}
                {said(&proforma.tax_note)}
            </div>
        </Card>
    }
    .into_any()
}

fn party(title: String, party: &Party) -> AnyView {
    let lines = [&party.name, &party.address, &party.tax_number, &party.email];
    let text: Vec<&str> = lines
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty())
        .collect();
    view! { <div><h3 class="small-text quiet">{title}</h3><p class="lines small-text">{text.join("\n")}</p></div> }
        .into_any()
}
