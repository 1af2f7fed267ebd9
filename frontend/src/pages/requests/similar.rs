//! Open requests like the one being written, so that nothing is asked twice.

use daypack_api_types::ticket::TicketSummary;
use daypack_domain::ids::OrganizationId;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::tickets::{self, Filter},
    format::word,
    i18n::t,
};

/// Shorter words say little about a request.
const SHORTEST_WORD: usize = 5;
const MOST_SHOWN: usize = 3;

/// Looks for open requests by the longest word of the title, and shows them.
pub fn similar(title: RwSignal<String>, organization: Signal<Option<OrganizationId>>) -> AnyView {
    let found = RwSignal::new(Vec::<TicketSummary>::new());
    let telling = Memo::new(move |_| {
        let title = title.get();
        // The last word may still be being typed.
        let mut words: Vec<&str> = title.split(|letter: char| !letter.is_alphanumeric()).collect();
        words.pop();
        let longest = words.into_iter().max_by_key(|word| word.chars().count())?;
        (longest.chars().count() >= SHORTEST_WORD).then(|| longest.to_owned())
    });
    Effect::new(move |_| {
        let (Some(q), Some(id)) = (telling.get(), organization.get()) else {
            found.set(Vec::new());
            return;
        };
        let filter = Filter {
            organization_id: Some(id),
            status: Some("open".to_owned()),
            q: Some(q.clone()),
            ..Filter::default()
        };
        spawn_local(async move {
            // Without an answer there is simply no advice.
            let page = tickets::tickets(filter, None).await;
            if let Ok(page) = page
                && telling.try_get_untracked().flatten() == Some(q)
            {
                found.set(page.items);
            }
        });
    });
    let row = |ticket: TicketSummary| {
        let facts = format!("{} · {}", ticket.reference, word("status.", ticket.status.as_str()));
        view! {
            <li>
                <a class="link" href=format!("/tickets/{}", ticket.reference)>{ticket.title}</a>
                <span class="facts">{facts}</span>
            </li>
        }
        .into_any()
    };
    let list = move || {
        let found = found.get();
        let rows: Vec<_> = found.into_iter().take(MOST_SHOWN).map(row).collect();
        (!rows.is_empty()).then(|| {
            view! { <div class="similar"><p>{t("ask.similar")}</p><ul>{rows}</ul></div> }
        })
    };
    view! { <div aria-live="polite">{list}</div> }.into_any()
}
