//! The tables, as Diesel sees them; the migrations are the truth, and a test compares.

#![allow(missing_docs)]

mod agreements;
mod approvals;
mod catalogue;
mod followers;
mod packs;
mod people;
mod requests;
mod work;

pub use agreements::*;
pub use approvals::*;
pub use catalogue::*;
pub use followers::*;
pub use packs::*;
pub use people::*;
pub use requests::*;
pub use work::*;

diesel::allow_tables_to_appear_in_same_query!(
    calendars,
    sla_policies,
    plans,
    terms,
    terms_acceptances,
    settings,
    counters,
    users,
    sessions,
    one_time_tokens,
    idempotency_keys,
    sign_in_attempts,
    organizations,
    memberships,
    systems,
    orders,
    checkouts,
    payment_events,
    lots,
    lot_systems,
    contract_imports,
    imported_contracts,
    tickets,
    ticket_work,
    ticket_evidence,
    ticket_closures,
    mitigations,
    ticket_watchers,
    ticket_links,
    comments,
    attachments,
    estimates,
    standing_approvals,
    approval_links,
    windows,
    time_entries,
    holds,
    hold_parts,
    movements,
    events,
    statements,
    jobs,
    mails,
    emergencies,
    warranties,
    minute_alerts,
);
