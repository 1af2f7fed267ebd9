//! What is agreed beside estimates: emergencies, warranty, and when low minutes are told.

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    emergencies (ticket_id) {
        ticket_id -> Guid,
        organization_id -> Guid,
        status -> Word,
        clause_minutes -> BigInt,
        held_minutes -> BigInt,
        started_by -> Nullable<Guid>,
        started_at -> UtcTime,
        answered_by -> Nullable<Guid>,
        answered_at -> Nullable<UtcTime>,
        dispute_reason -> Nullable<Text>,
        settled_by -> Nullable<Guid>,
        settled_at -> Nullable<UtcTime>,
        settlement -> Nullable<Text>,
        owners_told_at -> Nullable<UtcTime>,
        leads_told_at -> Nullable<UtcTime>,
        severities -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime};

    warranties (ticket_id) {
        ticket_id -> Guid,
        organization_id -> Guid,
        original_id -> Guid,
        accepted -> Bool,
        reason -> Nullable<Text>,
        decided_by -> Guid,
        decided_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    minute_alerts (id) {
        id -> Guid,
        organization_id -> Guid,
        kind -> Word,
        lot_id -> Nullable<Guid>,
        threshold -> BigInt,
        raised_at -> UtcTime,
        cleared_at -> Nullable<UtcTime>,
    }
}
