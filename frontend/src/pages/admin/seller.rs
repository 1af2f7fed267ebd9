//! What proformas say about the agency: who sells, about taxes, how to pay.

use daypack_api_types::{
    order::Party,
    settings::{EditSellerSettings, SellerSettings},
};
use leptos::prelude::*;

use super::framed;
use crate::{
    api::settings,
    components::{Card, Form, Look, Remote, TextArea, TextField, sending, use_toasts},
    i18n::t,
    pages::desk::parts::{submit, text_signal},
};

/// The form.
pub fn seller() -> AnyView {
    let seller = Remote::load(settings::seller);
    let content = seller.view(8, move |known| form(seller, known));
    framed("/admin/seller", "seller.text", ().into_any(), content)
}

fn form(seller: Remote<SellerSettings>, known: SellerSettings) -> AnyView {
    let toasts = use_toasts();
    let version = known.version;
    let [name, address, tax_number, email, tax_note, instructions] = [
        known.seller.name,
        known.seller.address,
        known.seller.tax_number,
        known.seller.email,
        known.tax_note,
        known.payment_instructions,
    ]
    .map(text_signal);
    let send = sending(move || async move {
        let trimmed = |text: RwSignal<String>| text.get_untracked().trim().to_owned();
        let body = EditSellerSettings {
            seller: Some(Party {
                name: trimmed(name),
                address: trimmed(address),
                tax_number: trimmed(tax_number),
                email: trimmed(email),
            }),
            tax_note: Some(trimmed(tax_note)),
            payment_instructions: Some(trimmed(instructions)),
        };
        seller.set(settings::edit_seller(version, &body).await?);
        toasts.say(t("seller.saved"));
        Ok(())
    });
    view! {
        <div class="column">
            <Card>
                <Form send=send>
                    <TextField label=t("party.name") name="seller/name" value=name />
                    <TextArea label=t("party.address") name="seller/address" value=address rows=3 />
                    <div class="pair">
                        <TextField label=t("party.tax_number") name="seller/tax_number" value=tax_number />
                        <TextField label=t("login.email") name="seller/email" value=email kind="email" />
                    </div>
                    <TextArea label=t("seller.tax_note") name="tax_note" value=tax_note rows=2 />
                    <TextArea
                        label=t("seller.instructions")
                        name="payment_instructions"
                        value=instructions
                        hint=t("seller.instructions_hint")
                        rows=3
                    />
                    {submit(t("action.save"), Look::Primary)}
                </Form>
            </Card>
        </div>
    }
    .into_any()
}
