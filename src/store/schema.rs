//! The tables as `diesel print-schema` would print them, with the column types that both databases share.

diesel::table! {
    tenants (id) {
        id -> Integer,
        slug -> Text,
        name -> Text,
        settings -> Jsonb,
        created_ms -> BigInt,
        revision -> BigInt,
        cursor_secret -> Text,
        changes_pruned -> BigInt,
        changes_pruned_request -> Text,
    }
}

diesel::table! {
    credentials (tenant_id, key_id) {
        tenant_id -> Integer,
        key_id -> Text,
        kind -> Text,
        label -> Text,
        secret_hash -> Text,
        scopes -> Text,
        created_ms -> BigInt,
        expires_ms -> Nullable<BigInt>,
        last_used_ms -> Nullable<BigInt>,
        revoked_ms -> Nullable<BigInt>,
        resource_id -> Nullable<Text>,
        networks -> Nullable<Text>,
        lasts_ms -> Nullable<BigInt>,
    }
}

diesel::table! {
    resources (tenant_id, key) {
        tenant_id -> Integer,
        key -> BigInt,
        id -> Text,
        resource_type -> Text,
        unique_key -> Nullable<Text>,
        external_id -> Nullable<Text>,
        display_name -> Nullable<Text>,
        email -> Nullable<Text>,
        user_name -> Nullable<Text>,
        shown_name -> Nullable<Text>,
        active -> Nullable<Bool>,
        version -> BigInt,
        created_ms -> BigInt,
        last_modified_ms -> BigInt,
        document -> Json,
        comparable -> Jsonb,
        password_hash -> Nullable<Text>,
    }
}

diesel::table! {
    memberships (tenant_id, group_key, member_key) {
        tenant_id -> Integer,
        group_key -> BigInt,
        member_key -> BigInt,
    }
}

diesel::table! {
    indexed_values (tenant_id, resource_type, attribute, value, resource_key) {
        tenant_id -> Integer,
        resource_type -> Text,
        attribute -> Text,
        value -> Text,
        resource_key -> BigInt,
    }
}

diesel::table! {
    changes (tenant_id, position) {
        tenant_id -> Integer,
        position -> BigInt,
        at_ms -> BigInt,
        operation -> Text,
        resource_type -> Text,
        resource_id -> Text,
        version -> BigInt,
        attributes -> Jsonb,
        members -> Nullable<Jsonb>,
        actor -> Text,
        request_id -> Text,
    }
}

diesel::table! {
    schemas (tenant_id, urn) {
        tenant_id -> Integer,
        urn -> Text,
        definition -> Jsonb,
    }
}

diesel::table! {
    resource_types (tenant_id, name) {
        tenant_id -> Integer,
        name -> Text,
        definition -> Jsonb,
    }
}

diesel::table! {
    walks (tenant_id, key_id, slot, lane) {
        tenant_id -> Integer,
        key_id -> Text,
        slot -> Integer,
        lane -> Integer,
        query -> Text,
        start_index -> BigInt,
        next_index -> BigInt,
        total -> BigInt,
        first -> Text,
        last -> Text,
        at_ms -> BigInt,
    }
}

diesel::table! {
    audit (id) {
        id -> BigInt,
        at_ms -> BigInt,
        tenant -> Nullable<Text>,
        event -> Text,
        actor -> Nullable<Text>,
        subject -> Nullable<Text>,
        cause -> Nullable<Text>,
        address -> Nullable<Text>,
        request_id -> Nullable<Text>,
        count -> BigInt,
    }
}

diesel::table! {
    issuers (tenant_id, key_id) {
        tenant_id -> Integer,
        key_id -> Text,
        terms -> Text,
    }
}

diesel::joinable!(credentials -> tenants (tenant_id));
diesel::allow_tables_to_appear_in_same_query!(
    tenants,
    credentials,
    resources,
    memberships,
    indexed_values,
    changes,
    schemas,
    resource_types,
    walks,
    audit,
    issuers
);
