//! The agency's own people, and how much each has in work.

use daypack_api_types::organization::StaffMember;
use leptos::prelude::*;

use super::forms;
use crate::{
    api::contract,
    components::{Avatar, Button, Dialog, Look, Remote, Tag},
    format::word,
    i18n::{t, t_count},
    pages::admin::framed,
};

/// The list, and the way to one more.
pub fn staff() -> AnyView {
    let open = RwSignal::new(false);
    let people = Remote::load(contract::staff);
    let added = Callback::new(move |()| {
        open.set(false);
        people.reload();
    });
    let press = Callback::new(move |()| open.set(true));
    let add = view! { <Button label=t("staff.add") icon="plus" look=Look::Primary on_click=press /> };
    let content = view! {
        {people.view(4, list)}
        <Dialog title=t("staff.add") open=open>{forms::add_staff(added)}</Dialog>
    };
    framed("/admin/staff", "staff.text", add.into_any(), content.into_any())
}

fn list(people: Vec<StaffMember>) -> AnyView {
    let rows: Vec<_> = people.into_iter().map(row).collect();
    view! { <section class="card"><ul class="list">{rows}</ul></section> }.into_any()
}

fn row(person: StaffMember) -> AnyView {
    view! {
        <li>
            <Avatar name=person.name.clone() decorative=true />
            <div class="who"><span class="name">{person.name}</span><span class="quiet">{person.email}</span></div>
            <span class="quiet small-text">{t_count("assign.in_work", person.in_work, &[])}</span>
            <Tag text=word("role.", person.staff_role.as_str()) />
        </li>
    }
    .into_any()
}
