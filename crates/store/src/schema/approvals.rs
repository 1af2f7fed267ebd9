//! Approvals that come another way than by the approver's own click.

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    standing_approvals (id) {
        id -> Guid,
        organization_id -> Guid,
        name -> Text,
        kinds -> Text,
        severities -> Text,
        minutes_per_ticket -> BigInt,
        minutes_per_month -> BigInt,
        small_works -> Bool,
        given_by -> Guid,
        given_at -> UtcTime,
        ended_by -> Nullable<Guid>,
        ended_at -> Nullable<UtcTime>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    approval_links (hash) {
        hash -> Text,
        organization_id -> Guid,
        estimate_id -> Guid,
        user_id -> Guid,
        purpose -> Word,
        created_at -> UtcTime,
        expires_at -> UtcTime,
        used_at -> Nullable<UtcTime>,
    }
}
