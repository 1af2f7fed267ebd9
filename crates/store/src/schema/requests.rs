//! Requests and what was said about them.

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    tickets (id) {
        id -> Guid,
        organization_id -> Guid,
        number -> BigInt,
        system_id -> Nullable<Guid>,
        component -> Nullable<Text>,
        component_version -> Nullable<Text>,
        title -> Text,
        description -> Text,
        affected -> Text,
        impact -> Nullable<Text>,
        kind -> Nullable<Word>,
        suggested_severity -> Nullable<Word>,
        severity -> Nullable<Word>,
        scope -> Nullable<Word>,
        billable -> Bool,
        not_billable_reason -> Nullable<Text>,
        status -> Word,
        resume_status -> Nullable<Word>,
        status_since -> UtcTime,
        assignee_id -> Nullable<Guid>,
        reporter_id -> Guid,
        channel -> Word,
        tags -> Text,
        agreed_on -> Nullable<Date>,
        queue_level -> Word,
        cycle -> BigInt,
        next_deadline_at -> Nullable<UtcTime>,
        sla -> Text,
        created_at -> UtcTime,
        updated_at -> UtcTime,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    ticket_watchers (ticket_id, user_id) {
        organization_id -> Guid,
        ticket_id -> Guid,
        user_id -> Guid,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    ticket_links (ticket_id, other_id, kind) {
        organization_id -> Guid,
        ticket_id -> Guid,
        other_id -> Guid,
        kind -> Word,
        created_by -> Nullable<Guid>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    comments (id) {
        id -> Guid,
        organization_id -> Guid,
        ticket_id -> Guid,
        author_id -> Guid,
        visibility -> Word,
        body -> Text,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    attachments (id) {
        id -> Guid,
        organization_id -> Nullable<Guid>,
        ticket_id -> Nullable<Guid>,
        comment_id -> Nullable<Guid>,
        uploader_id -> Guid,
        sha256 -> Text,
        size_bytes -> BigInt,
        media_type -> Text,
        file_name -> Text,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    estimates (id) {
        id -> Guid,
        organization_id -> Guid,
        ticket_id -> Guid,
        status -> Word,
        basis -> Word,
        kind -> Word,
        minutes -> BigInt,
        includes -> Text,
        lines -> Text,
        blocking -> Bool,
        valid_until -> UtcTime,
        offered_by -> Guid,
        offered_at -> UtcTime,
        decided_by -> Nullable<Guid>,
        decided_at -> Nullable<UtcTime>,
        decision_reason -> Nullable<Text>,
        channel -> Nullable<Word>,
        channel_note -> Nullable<Text>,
        recorded_by -> Nullable<Guid>,
        approved_minutes -> Nullable<BigInt>,
        hold_id -> Nullable<Guid>,
        allocations -> Text,
        version -> BigInt,
        left_out -> Text,
        remind_at -> Nullable<UtcTime>,
        standing_approval_id -> Nullable<Guid>,
        standing_approval_name -> Nullable<Text>,
        standing_minutes -> Nullable<BigInt>,
        standing_on -> Nullable<Date>,
        disputed_by -> Nullable<Guid>,
        disputed_at -> Nullable<UtcTime>,
        dispute_note -> Nullable<Text>,
    }
}
