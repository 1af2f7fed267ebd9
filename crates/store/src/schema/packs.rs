//! What was bought and what became of every minute.

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
        proforma_number -> BigInt,
        payment_reminders -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    checkouts (provider, session_id) {
        provider -> Text,
        session_id -> Text,
        organization_id -> Guid,
        order_id -> Guid,
        url -> Text,
        payment_id -> Nullable<Text>,
        started_by -> Guid,
        created_at -> UtcTime,
        expires_at -> UtcTime,
        pending_since -> Nullable<UtcTime>,
        settled_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    payment_events (provider, event_id) {
        provider -> Text,
        event_id -> Text,
        organization_id -> Guid,
        order_id -> Guid,
        received_at -> UtcTime,
        payment_reference -> Nullable<Text>,
        refused_because -> Nullable<Text>,
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
        extension_reason -> Nullable<Text>,
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
    use crate::types::{Guid, UtcTime};

    contract_imports (id) {
        id -> Guid,
        hash -> Text,
        contracts -> BigInt,
        minutes -> BigInt,
        imported_by -> Nullable<Guid>,
        imported_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::Guid;

    imported_contracts (lot_id) {
        lot_id -> Guid,
        organization_id -> Guid,
        import_id -> Guid,
        reference -> Nullable<Text>,
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
        lead_told_at -> Nullable<UtcTime>,
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
