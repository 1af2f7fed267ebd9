//! Files of messages: pictures are shown, others are fetched when somebody wants them.

use daypack_api_types::attachment::Attachment;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use crate::{
    api::attachments,
    components::{Icon, use_toasts},
    dom, format,
    i18n::t_with,
};

/// A picture above this size is fetched only when somebody wants it.
const SHOWN_BYTES: i64 = 3_000_000;

/// The files of one message.
pub fn files(all: Vec<Attachment>) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    let one = |file: Attachment| {
        let shown = file.media_type.starts_with("image/") && file.size_bytes <= SHOWN_BYTES;
        if shown { picture(file) } else { document(file) }
    };
    view! { <ul class="files">{all.into_iter().map(one).collect_view()}</ul> }.into_any()
}

fn picture(file: Attachment) -> AnyView {
    let address = RwSignal::new(None::<String>);
    let missing = RwSignal::new(false);
    let id = file.id;
    spawn_local(async move {
        match attachments::address(id).await {
            // Whoever left the page meanwhile needs no picture.
            Ok(found) => {
                if let Some(found) = address.try_set(Some(found)).flatten() {
                    attachments::release(&found);
                }
            }
            Err(_) => drop(missing.try_set(true)),
        }
    });
    on_cleanup(move || {
        if let Some(address) = address.try_get_untracked().flatten() {
            attachments::release(&address);
        }
    });
    let name = StoredValue::new(file.file_name.clone());
    let content = move || match address.get() {
        Some(found) => view! {
            <a href=found.clone() target="_blank" rel="noopener" class="picture">
                <img src=found.clone() alt=name.get_value() />
            </a>
        }
        .into_any(),
        None => view! { <span class="picture waiting" aria-hidden="true"></span> }.into_any(),
    };
    let file = StoredValue::new(file);
    (move || {
        if missing.get() {
            document(file.get_value())
        } else {
            view! { <li>{content}</li> }.into_any()
        }
    })
    .into_any()
}

fn document(file: Attachment) -> AnyView {
    let toasts = use_toasts();
    let id = file.id;
    let name = StoredValue::new(file.file_name.clone());
    let fetch = move |_| {
        spawn_local(async move {
            match attachments::address(id).await {
                Ok(address) => save(&address, &name.get_value()),
                Err(problem) => toasts.fail(&problem),
            }
        });
    };
    let label = t_with("file.download", &[("name", &file.file_name)]);
    let size = format::bytes(file.size_bytes as f64);
    view! {
        <li>
            <button type="button" class="file" title=label on:click=fetch>
                <Icon name="clip" />
                <span>{file.file_name}</span>
                <span class="quiet">{size}</span>
            </button>
        </li>
    }
    .into_any()
}

/// Saves what lies at an address of this browser under a name.
fn save(address: &str, name: &str) {
    let Ok(link) = dom::document().create_element("a") else {
        return;
    };
    let _ = link.set_attribute("href", address);
    let _ = link.set_attribute("download", name);
    if let Some(link) = link.dyn_ref::<web_sys::HtmlElement>() {
        link.click();
    }
    attachments::release(address);
}
