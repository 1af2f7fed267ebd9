//! People, how they sign in, and the organizations they belong to.

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
        organization_id -> Nullable<Guid>,
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
        standing -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::UtcTime;

    sign_in_attempts (account) {
        account -> Text,
        failures -> BigInt,
        last_failed_at -> UtcTime,
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
        invited_as -> Nullable<Text>,
        invitation_id -> Nullable<Guid>,
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
