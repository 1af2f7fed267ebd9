//! The tables, as Diesel sees them; the migrations are the truth, and a test compares.

#![allow(missing_docs)]

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    calendars (id) {
        id -> Guid,
        name -> Text,
        version -> BigInt,
        current -> Bool,
        definition -> Text,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    sla_policies (id) {
        id -> Guid,
        name -> Text,
        version -> BigInt,
        current -> Bool,
        definition -> Text,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    plans (code, version) {
        code -> Text,
        version -> BigInt,
        current -> Bool,
        position -> BigInt,
        name -> Text,
        price_minor -> BigInt,
        currency -> Word,
        minimum_packs -> BigInt,
        minutes_per_pack -> BigInt,
        validity_months -> BigInt,
        extension_months -> Nullable<BigInt>,
        queue_level -> Word,
        free_minutes -> BigInt,
        shown_hours -> BigInt,
        audience -> Text,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    terms (version) {
        version -> BigInt,
        current -> Bool,
        body_markdown -> Text,
        hash -> Text,
        published_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    settings (key) {
        key -> Text,
        value -> Text,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    counters (name) {
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    users (id) {
        id -> Guid,
        email -> Text,
        name -> Text,
        locale -> Text,
        staff_role -> Nullable<Word>,
        password_hash -> Nullable<Text>,
        disabled_at -> Nullable<UtcTime>,
        failed_sign_ins -> BigInt,
        last_failed_at -> Nullable<UtcTime>,
        locked_until -> Nullable<UtcTime>,
        created_at -> UtcTime,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    sessions (id) {
        id -> Guid,
        user_id -> Guid,
        refresh_hash -> Text,
        previous_hash -> Nullable<Text>,
        rotated_at -> Nullable<UtcTime>,
        created_at -> UtcTime,
        expires_at -> UtcTime,
        ended_at -> Nullable<UtcTime>,
        user_agent -> Text,
        remote_address -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    one_time_tokens (hash) {
        hash -> Text,
        purpose -> Word,
        user_id -> Guid,
        created_at -> UtcTime,
        expires_at -> UtcTime,
        used_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    idempotency_keys (caller, key) {
        caller -> Text,
        key -> Text,
        fingerprint -> Text,
        status -> BigInt,
        headers -> Text,
        body -> Text,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    organizations (id) {
        id -> Guid,
        prefix -> Text,
        slug -> Text,
        name -> Text,
        time_zone -> Text,
        locale -> Text,
        currency -> Word,
        created_at -> UtcTime,
        version -> BigInt,
        write_sequence -> BigInt,
        movement_sequence -> BigInt,
        event_sequence -> BigInt,
        ticket_number -> BigInt,
        debt_minutes -> BigInt,
        debt_limit_minutes -> BigInt,
        last_effective_at -> Nullable<UtcTime>,
        settings -> Text,
        calendar_id -> Guid,
        sla_policy_id -> Guid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    memberships (organization_id, user_id) {
        organization_id -> Guid,
        user_id -> Guid,
        role -> Word,
        approval_limit_minutes -> Nullable<BigInt>,
        order_limit_minor -> Nullable<BigInt>,
        created_at -> UtcTime,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    systems (id) {
        id -> Guid,
        organization_id -> Guid,
        name -> Text,
        description -> Text,
        environments -> Text,
        components -> Text,
        scope_clauses -> Text,
        severity_examples -> Text,
        primary_agent_id -> Nullable<Guid>,
        backup_agent_id -> Nullable<Guid>,
        archived_at -> Nullable<UtcTime>,
        created_at -> UtcTime,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    orders (id) {
        id -> Guid,
        organization_id -> Guid,
        status -> Word,
        plan_code -> Text,
        plan_terms -> Text,
        packs -> BigInt,
        total_minor -> BigInt,
        currency -> Word,
        terms_version -> BigInt,
        terms_hash -> Text,
        accepted_by -> Guid,
        accepted_at -> UtcTime,
        accepted_address -> Text,
        placed_by -> Guid,
        placed_at -> UtcTime,
        payment_reference -> Nullable<Text>,
        paid_on -> Nullable<Date>,
        paid_at -> Nullable<UtcTime>,
        confirmed_by -> Nullable<Guid>,
        activated_at -> Nullable<UtcTime>,
        bounced_at -> Nullable<UtcTime>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    lots (id) {
        id -> Guid,
        organization_id -> Guid,
        origin -> Word,
        order_id -> Nullable<Guid>,
        status -> Word,
        plan_code -> Nullable<Text>,
        queue_level -> Word,
        granted_minutes -> BigInt,
        price_minor -> BigInt,
        currency -> Word,
        refunded_minor -> BigInt,
        activated_at -> UtcTime,
        activated_on -> Date,
        validity_months -> Nullable<BigInt>,
        extension_months -> Nullable<BigInt>,
        expires_on -> Date,
        original_expires_on -> Date,
        ends_at -> UtcTime,
        extended_at -> Nullable<UtcTime>,
        posted_minutes -> BigInt,
        held_minutes -> BigInt,
        used_minutes -> BigInt,
        reason -> Nullable<Text>,
        created_by -> Nullable<Guid>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    lot_systems (lot_id, system_id) {
        organization_id -> Guid,
        lot_id -> Guid,
        system_id -> Guid,
    }
}

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
        kind -> Text,
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
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    holds (id) {
        id -> Guid,
        organization_id -> Guid,
        ticket_id -> Guid,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    hold_parts (hold_id, lot_id) {
        organization_id -> Guid,
        hold_id -> Guid,
        lot_id -> Guid,
        held_minutes -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    movements (organization_id, sequence) {
        organization_id -> Guid,
        sequence -> BigInt,
        kind -> Word,
        minutes -> BigInt,
        lot_id -> Nullable<Guid>,
        hold_id -> Nullable<Guid>,
        ticket_id -> Nullable<Guid>,
        time_entry_id -> Nullable<Guid>,
        reverses_sequence -> Nullable<BigInt>,
        effective_at -> UtcTime,
        recorded_at -> UtcTime,
        actor_id -> Nullable<Guid>,
        reason -> Nullable<Text>,
        available_after_minutes -> BigInt,
    }
}

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

diesel::allow_tables_to_appear_in_same_query!(
    calendars,
    sla_policies,
    plans,
    terms,
    settings,
    counters,
    users,
    sessions,
    one_time_tokens,
    idempotency_keys,
    organizations,
    memberships,
    systems,
    orders,
    lots,
    lot_systems,
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
    windows,
    time_entries,
    holds,
    hold_parts,
    movements,
    events,
    statements,
    jobs,
    mails,
);
