//! The catalogue and the settings: what is sold, under which terms, by which clocks.

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
        published_by -> Nullable<Guid>,
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
        requires_acceptance -> Bool,
        published_by -> Nullable<Guid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Guid, UtcTime, Word};

    terms_acceptances (id) {
        id -> Guid,
        organization_id -> Guid,
        terms_version -> BigInt,
        terms_hash -> Text,
        accepted_by -> Guid,
        accepted_at -> UtcTime,
        accepted_address -> Text,
        order_id -> Nullable<Guid>,
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
