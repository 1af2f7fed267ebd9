//! What happened, and what follows from it.

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    events (id) {
        id -> Guid,
        organization_id -> Nullable<Guid>,
        sequence -> BigInt,
        ticket_id -> Nullable<Guid>,
        at -> UtcTime,
        side -> Text,
        actor_id -> Nullable<Guid>,
        name -> Text,
        visibility -> Word,
        payload -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    statements (id) {
        id -> Guid,
        organization_id -> Guid,
        from_on -> Date,
        to_on -> Date,
        content -> Text,
        hash -> Text,
        made_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    jobs (id) {
        id -> Guid,
        kind -> Text,
        unique_key -> Text,
        organization_id -> Nullable<Guid>,
        payload -> Text,
        run_at -> UtcTime,
        leased_until -> Nullable<UtcTime>,
        attempts -> BigInt,
        last_error -> Nullable<Text>,
        failed_at -> Nullable<UtcTime>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    mails (id) {
        id -> Guid,
        organization_id -> Nullable<Guid>,
        recipient -> Text,
        subject -> Text,
        body_text -> Text,
        body_html -> Text,
        status -> Text,
        attempts -> BigInt,
        last_error -> Nullable<Text>,
        created_at -> UtcTime,
        sent_at -> Nullable<UtcTime>,
    }
}
