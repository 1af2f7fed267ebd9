//! The work on requests, from evidence to closure.

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    ticket_work (ticket_id) {
        ticket_id -> Guid,
        organization_id -> Guid,
        calendar_id -> Guid,
        sla_policy_id -> Guid,
        mitigation_plan -> Nullable<Text>,
        solution_plan -> Nullable<Text>,
        scope_reason -> Nullable<Text>,
        triaged_by -> Nullable<Guid>,
        triaged_at -> Nullable<UtcTime>,
        increment_minutes -> Nullable<BigInt>,
        minimum_minutes -> Nullable<BigInt>,
        free_minutes -> Nullable<BigInt>,
        approved_minutes -> BigInt,
        actual_minutes -> BigInt,
        billed_minutes -> BigInt,
        used_minutes -> BigInt,
        planned_period -> Nullable<Text>,
        decline_reason -> Nullable<Word>,
        sla_outcome -> Nullable<Text>,
        resolved_at -> Nullable<UtcTime>,
        closes_at -> Nullable<UtcTime>,
        closed_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    ticket_evidence (ticket_id) {
        ticket_id -> Guid,
        organization_id -> Guid,
        diagnosis -> Nullable<Text>,
        reproduction -> Nullable<Text>,
        reproduction_waiver -> Nullable<Text>,
        window_waiver -> Nullable<Text>,
        rollback_note -> Nullable<Text>,
        test_evidence -> Nullable<Text>,
        updated_by -> Guid,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    ticket_closures (ticket_id, cycle) {
        ticket_id -> Guid,
        cycle -> BigInt,
        organization_id -> Guid,
        what_was_done -> Text,
        why_it_happened -> Nullable<Text>,
        how_to_prevent -> Nullable<Text>,
        cause_category -> Nullable<Word>,
        deployed -> Bool,
        estimated_minutes -> BigInt,
        approved_minutes -> BigInt,
        used_minutes -> BigInt,
        actual_minutes -> BigInt,
        resolved_by -> Guid,
        resolved_at -> UtcTime,
        confirmed_by -> Nullable<Guid>,
        confirmed_at -> Nullable<UtcTime>,
        reopened_at -> Nullable<UtcTime>,
        reopen_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    mitigations (ticket_id, cycle) {
        ticket_id -> Guid,
        cycle -> BigInt,
        organization_id -> Guid,
        what_was_done -> Text,
        recorded_by -> Guid,
        recorded_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    windows (id) {
        id -> Guid,
        organization_id -> Guid,
        ticket_id -> Guid,
        status -> Word,
        starts_at -> UtcTime,
        ends_at -> UtcTime,
        note -> Nullable<Text>,
        proposed_by -> Guid,
        proposed_at -> UtcTime,
        decided_by -> Nullable<Guid>,
        decided_at -> Nullable<UtcTime>,
        decision_reason -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    time_entries (id) {
        id -> Guid,
        organization_id -> Guid,
        ticket_id -> Guid,
        user_id -> Guid,
        actual_minutes -> BigInt,
        billable_minutes -> BigInt,
        billable -> Bool,
        worked_on -> Date,
        activity -> Word,
        note -> Text,
        cycle -> BigInt,
        reversed_at -> Nullable<UtcTime>,
        reason -> Nullable<Text>,
        created_at -> UtcTime,
        waived_minutes -> BigInt,
    }
}
