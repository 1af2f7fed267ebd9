-- The catalogue: what is sold, under which terms, and by which clocks. A version never changes once it was used.

CREATE TABLE calendars (
    id uuid NOT NULL PRIMARY KEY,
    name text NOT NULL,
    version bigint NOT NULL,
    current boolean NOT NULL,
    definition text NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (name, version)
);

CREATE TABLE sla_policies (
    id uuid NOT NULL PRIMARY KEY,
    name text NOT NULL,
    version bigint NOT NULL,
    current boolean NOT NULL,
    definition text NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (name, version)
);

CREATE TABLE plans (
    code text NOT NULL,
    version bigint NOT NULL,
    current boolean NOT NULL,
    position bigint NOT NULL,
    name text NOT NULL,
    price_minor bigint NOT NULL,
    currency text NOT NULL,
    minimum_packs bigint NOT NULL,
    minutes_per_pack bigint NOT NULL,
    validity_months bigint NOT NULL,
    extension_months bigint,
    queue_level text NOT NULL,
    free_minutes bigint NOT NULL,
    shown_hours bigint NOT NULL,
    audience text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (code, version)
);

CREATE TABLE terms (
    version bigint NOT NULL PRIMARY KEY,
    current boolean NOT NULL,
    body_markdown text NOT NULL,
    hash text NOT NULL,
    published_at timestamptz NOT NULL
);

CREATE TABLE settings (
    key text NOT NULL PRIMARY KEY,
    value text NOT NULL,
    updated_at timestamptz NOT NULL
);

-- Numbers that belong to the installation and not to one organization.
CREATE TABLE counters (
    name text NOT NULL PRIMARY KEY,
    value bigint NOT NULL
);
INSERT INTO counters (name, value) VALUES ('events', 0);

-- People.

CREATE TABLE users (
    id uuid NOT NULL PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    locale text NOT NULL,
    staff_role text,
    password_hash text,
    disabled_at timestamptz,
    failed_sign_ins bigint NOT NULL,
    last_failed_at timestamptz,
    locked_until timestamptz,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX users_staff ON users (staff_role, name);

CREATE TABLE sessions (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    refresh_hash text NOT NULL UNIQUE,
    previous_hash text,
    rotated_at timestamptz,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    user_agent text NOT NULL,
    remote_address text NOT NULL
);
CREATE INDEX sessions_previous ON sessions (previous_hash);
CREATE INDEX sessions_user ON sessions (user_id, ended_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE one_time_tokens (
    hash text NOT NULL PRIMARY KEY,
    purpose text NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id, purpose);
CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);

CREATE TABLE idempotency_keys (
    caller text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    status bigint NOT NULL,
    headers text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_caller_key_key PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Client organizations: everything below carries organization_id, so that it can be distributed by it.

CREATE TABLE organizations (
    id uuid NOT NULL PRIMARY KEY,
    prefix text NOT NULL UNIQUE,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    time_zone text NOT NULL,
    locale text NOT NULL,
    currency text NOT NULL,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    write_sequence bigint NOT NULL,
    movement_sequence bigint NOT NULL,
    event_sequence bigint NOT NULL,
    ticket_number bigint NOT NULL,
    debt_minutes bigint NOT NULL CHECK (debt_minutes >= 0),
    debt_limit_minutes bigint NOT NULL,
    last_effective_at timestamptz,
    settings text NOT NULL,
    calendar_id uuid NOT NULL REFERENCES calendars (id),
    sla_policy_id uuid NOT NULL REFERENCES sla_policies (id)
);
CREATE INDEX organizations_name ON organizations (name, id);

CREATE TABLE memberships (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    user_id uuid NOT NULL REFERENCES users (id),
    role text NOT NULL,
    approval_limit_minutes bigint,
    order_limit_minor bigint,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT memberships_organization_id_user_id_key PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE systems (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    name text NOT NULL,
    description text NOT NULL,
    environments text NOT NULL,
    components text NOT NULL,
    scope_clauses text NOT NULL,
    severity_examples text NOT NULL,
    primary_agent_id uuid REFERENCES users (id),
    backup_agent_id uuid REFERENCES users (id),
    archived_at timestamptz,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    UNIQUE (organization_id, name)
);

CREATE TABLE orders (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    status text NOT NULL,
    plan_code text NOT NULL,
    plan_terms text NOT NULL,
    packs bigint NOT NULL CHECK (packs > 0),
    total_minor bigint NOT NULL,
    currency text NOT NULL,
    terms_version bigint NOT NULL,
    terms_hash text NOT NULL,
    accepted_by uuid NOT NULL REFERENCES users (id),
    accepted_at timestamptz NOT NULL,
    accepted_address text NOT NULL,
    placed_by uuid NOT NULL REFERENCES users (id),
    placed_at timestamptz NOT NULL,
    payment_reference text,
    paid_on date,
    paid_at timestamptz,
    confirmed_by uuid REFERENCES users (id),
    activated_at timestamptz,
    bounced_at timestamptz,
    version bigint NOT NULL
);
CREATE INDEX orders_by_organization ON orders (organization_id, placed_at, id);
CREATE INDEX orders_by_placing ON orders (placed_at, id);
CREATE INDEX orders_by_status ON orders (status, placed_at);

CREATE TABLE lots (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    origin text NOT NULL,
    order_id uuid REFERENCES orders (id),
    status text NOT NULL,
    plan_code text,
    queue_level text NOT NULL,
    granted_minutes bigint NOT NULL CHECK (granted_minutes > 0),
    price_minor bigint NOT NULL,
    currency text NOT NULL,
    refunded_minor bigint NOT NULL,
    activated_at timestamptz NOT NULL,
    activated_on date NOT NULL,
    validity_months bigint,
    extension_months bigint,
    expires_on date NOT NULL,
    original_expires_on date NOT NULL,
    ends_at timestamptz NOT NULL,
    extended_at timestamptz,
    posted_minutes bigint NOT NULL CHECK (posted_minutes >= 0),
    held_minutes bigint NOT NULL CHECK (held_minutes >= 0),
    used_minutes bigint NOT NULL,
    reason text,
    created_by uuid REFERENCES users (id),
    version bigint NOT NULL,
    CHECK (held_minutes <= posted_minutes)
);
CREATE INDEX lots_by_use ON lots (organization_id, status, expires_on, activated_at, id);
CREATE INDEX lots_by_order ON lots (order_id);
CREATE INDEX lots_by_end ON lots (status, ends_at);

CREATE TABLE lot_systems (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    lot_id uuid NOT NULL REFERENCES lots (id),
    system_id uuid NOT NULL REFERENCES systems (id),
    PRIMARY KEY (lot_id, system_id)
);
CREATE INDEX lot_systems_by_organization ON lot_systems (organization_id);

-- Work.

CREATE TABLE tickets (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    number bigint NOT NULL,
    system_id uuid REFERENCES systems (id),
    component text,
    component_version text,
    title text NOT NULL,
    description text NOT NULL,
    affected text NOT NULL,
    impact text,
    kind text,
    suggested_severity text,
    severity text,
    scope text,
    billable boolean NOT NULL,
    not_billable_reason text,
    status text NOT NULL,
    resume_status text,
    status_since timestamptz NOT NULL,
    assignee_id uuid REFERENCES users (id),
    reporter_id uuid NOT NULL REFERENCES users (id),
    channel text NOT NULL,
    tags text NOT NULL,
    agreed_on date,
    queue_level text NOT NULL,
    cycle bigint NOT NULL,
    next_deadline_at timestamptz,
    sla text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    UNIQUE (organization_id, number)
);
CREATE INDEX tickets_by_creation ON tickets (organization_id, created_at, id);
CREATE INDEX tickets_by_update ON tickets (organization_id, updated_at, id);
CREATE INDEX tickets_by_status ON tickets (organization_id, status, created_at, id);
CREATE INDEX tickets_all_by_creation ON tickets (created_at, id);
CREATE INDEX tickets_all_by_update ON tickets (updated_at, id);
CREATE INDEX tickets_by_queue ON tickets (status, next_deadline_at, id);
CREATE INDEX tickets_by_assignee ON tickets (assignee_id, status, created_at, id);

-- What a ticket gathers after triage: plans, clocks and minutes. One row for each ticket, made with it.
CREATE TABLE ticket_work (
    ticket_id uuid NOT NULL PRIMARY KEY REFERENCES tickets (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    calendar_id uuid NOT NULL REFERENCES calendars (id),
    sla_policy_id uuid NOT NULL REFERENCES sla_policies (id),
    mitigation_plan text,
    solution_plan text,
    scope_reason text,
    triaged_by uuid REFERENCES users (id),
    triaged_at timestamptz,
    increment_minutes bigint,
    minimum_minutes bigint,
    free_minutes bigint,
    approved_minutes bigint NOT NULL,
    actual_minutes bigint NOT NULL,
    billed_minutes bigint NOT NULL,
    used_minutes bigint NOT NULL,
    planned_period text,
    decline_reason text,
    sla_outcome text,
    resolved_at timestamptz,
    closes_at timestamptz,
    closed_at timestamptz
);
CREATE INDEX ticket_work_by_resolution ON ticket_work (organization_id, resolved_at);
CREATE INDEX ticket_work_by_closing ON ticket_work (closes_at);

CREATE TABLE ticket_evidence (
    ticket_id uuid NOT NULL PRIMARY KEY REFERENCES tickets (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    diagnosis text,
    reproduction text,
    reproduction_waiver text,
    window_waiver text,
    rollback_note text,
    test_evidence text,
    updated_by uuid NOT NULL REFERENCES users (id),
    updated_at timestamptz NOT NULL
);

CREATE TABLE ticket_closures (
    ticket_id uuid NOT NULL REFERENCES tickets (id),
    cycle bigint NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    what_was_done text NOT NULL,
    why_it_happened text,
    how_to_prevent text,
    cause_category text,
    deployed boolean NOT NULL,
    estimated_minutes bigint NOT NULL,
    approved_minutes bigint NOT NULL,
    used_minutes bigint NOT NULL,
    actual_minutes bigint NOT NULL,
    resolved_by uuid NOT NULL REFERENCES users (id),
    resolved_at timestamptz NOT NULL,
    confirmed_by uuid REFERENCES users (id),
    confirmed_at timestamptz,
    reopened_at timestamptz,
    reopen_reason text,
    PRIMARY KEY (ticket_id, cycle)
);
CREATE INDEX ticket_closures_by_organization ON ticket_closures (organization_id, resolved_at);

CREATE TABLE mitigations (
    ticket_id uuid NOT NULL REFERENCES tickets (id),
    cycle bigint NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    what_was_done text NOT NULL,
    recorded_by uuid NOT NULL REFERENCES users (id),
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (ticket_id, cycle)
);

CREATE TABLE ticket_watchers (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    ticket_id uuid NOT NULL REFERENCES tickets (id),
    user_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (ticket_id, user_id)
);
CREATE INDEX ticket_watchers_by_user ON ticket_watchers (user_id);

CREATE TABLE ticket_links (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    ticket_id uuid NOT NULL REFERENCES tickets (id),
    other_id uuid NOT NULL REFERENCES tickets (id),
    kind text NOT NULL,
    created_by uuid REFERENCES users (id),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (ticket_id, other_id, kind)
);
CREATE INDEX ticket_links_by_other ON ticket_links (other_id);

CREATE TABLE comments (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    ticket_id uuid NOT NULL REFERENCES tickets (id),
    author_id uuid NOT NULL REFERENCES users (id),
    visibility text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX comments_by_ticket ON comments (ticket_id, created_at, id);

CREATE TABLE attachments (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid REFERENCES organizations (id),
    ticket_id uuid REFERENCES tickets (id),
    comment_id uuid REFERENCES comments (id),
    uploader_id uuid NOT NULL REFERENCES users (id),
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    media_type text NOT NULL,
    file_name text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX attachments_by_ticket ON attachments (ticket_id, created_at, id);
CREATE INDEX attachments_by_content ON attachments (sha256);
CREATE INDEX attachments_by_age ON attachments (created_at, ticket_id);

CREATE TABLE estimates (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    ticket_id uuid NOT NULL REFERENCES tickets (id),
    status text NOT NULL,
    basis text NOT NULL,
    kind text NOT NULL,
    minutes bigint NOT NULL CHECK (minutes > 0),
    includes text NOT NULL,
    lines text NOT NULL,
    blocking boolean NOT NULL,
    valid_until timestamptz NOT NULL,
    offered_by uuid NOT NULL REFERENCES users (id),
    offered_at timestamptz NOT NULL,
    decided_by uuid REFERENCES users (id),
    decided_at timestamptz,
    decision_reason text,
    channel text,
    channel_note text,
    recorded_by uuid REFERENCES users (id),
    approved_minutes bigint,
    hold_id uuid,
    allocations text NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX estimates_by_ticket ON estimates (ticket_id, offered_at, id);
CREATE INDEX estimates_by_status ON estimates (organization_id, status, offered_at);
CREATE INDEX estimates_by_validity ON estimates (status, valid_until);

CREATE TABLE windows (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    ticket_id uuid NOT NULL REFERENCES tickets (id),
    status text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    note text,
    proposed_by uuid NOT NULL REFERENCES users (id),
    proposed_at timestamptz NOT NULL,
    decided_by uuid REFERENCES users (id),
    decided_at timestamptz,
    decision_reason text,
    version bigint NOT NULL
);
CREATE INDEX windows_by_ticket ON windows (ticket_id, starts_at, id);
CREATE INDEX windows_by_organization ON windows (organization_id, status, starts_at);
CREATE INDEX windows_by_start ON windows (status, starts_at);

CREATE TABLE time_entries (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    ticket_id uuid NOT NULL REFERENCES tickets (id),
    user_id uuid NOT NULL REFERENCES users (id),
    actual_minutes bigint NOT NULL,
    billable_minutes bigint NOT NULL,
    billable boolean NOT NULL,
    worked_on date NOT NULL,
    activity text NOT NULL,
    note text NOT NULL,
    cycle bigint NOT NULL,
    reversed_at timestamptz,
    reason text,
    created_at timestamptz NOT NULL
);
CREATE INDEX time_entries_by_ticket ON time_entries (ticket_id, created_at, id);
CREATE INDEX time_entries_by_organization ON time_entries (organization_id, created_at, id);

-- The ledger (never changed, never deleted) and what was reserved.

CREATE TABLE holds (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    ticket_id uuid NOT NULL REFERENCES tickets (id),
    created_at timestamptz NOT NULL
);
CREATE INDEX holds_by_ticket ON holds (ticket_id, created_at);

CREATE TABLE hold_parts (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    hold_id uuid NOT NULL REFERENCES holds (id),
    lot_id uuid NOT NULL REFERENCES lots (id),
    held_minutes bigint NOT NULL CHECK (held_minutes >= 0),
    PRIMARY KEY (hold_id, lot_id)
);
CREATE INDEX hold_parts_live ON hold_parts (organization_id, held_minutes);
CREATE INDEX hold_parts_by_lot ON hold_parts (lot_id);

CREATE TABLE movements (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    sequence bigint NOT NULL,
    kind text NOT NULL,
    minutes bigint NOT NULL CHECK (minutes > 0),
    lot_id uuid REFERENCES lots (id),
    hold_id uuid REFERENCES holds (id),
    ticket_id uuid REFERENCES tickets (id),
    time_entry_id uuid REFERENCES time_entries (id),
    reverses_sequence bigint,
    effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor_id uuid REFERENCES users (id),
    reason text,
    available_after_minutes bigint NOT NULL,
    PRIMARY KEY (organization_id, sequence)
);
CREATE INDEX movements_by_effect ON movements (organization_id, effective_at, sequence);
CREATE INDEX movements_by_kind ON movements (organization_id, kind, sequence);
CREATE INDEX movements_by_lot ON movements (lot_id, sequence);
CREATE INDEX movements_by_ticket ON movements (ticket_id, sequence);
CREATE INDEX movements_by_entry ON movements (time_entry_id);

CREATE TABLE events (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid REFERENCES organizations (id),
    sequence bigint NOT NULL,
    ticket_id uuid REFERENCES tickets (id),
    at timestamptz NOT NULL,
    side text NOT NULL,
    actor_id uuid REFERENCES users (id),
    name text NOT NULL,
    visibility text NOT NULL,
    payload text NOT NULL,
    UNIQUE (organization_id, sequence)
);
CREATE INDEX events_by_ticket ON events (ticket_id, sequence);

CREATE TABLE statements (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    from_on date NOT NULL,
    to_on date NOT NULL,
    content text NOT NULL,
    hash text NOT NULL,
    made_at timestamptz NOT NULL,
    UNIQUE (organization_id, from_on, to_on)
);
CREATE INDEX statements_by_age ON statements (organization_id, made_at, id);

-- What follows from events, done later: once each, by whichever process claims it first.

CREATE TABLE jobs (
    id uuid NOT NULL PRIMARY KEY,
    kind text NOT NULL,
    unique_key text NOT NULL UNIQUE,
    organization_id uuid REFERENCES organizations (id),
    payload text NOT NULL,
    run_at timestamptz NOT NULL,
    leased_until timestamptz,
    attempts bigint NOT NULL,
    last_error text,
    failed_at timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX jobs_due ON jobs (failed_at, run_at);

CREATE TABLE mails (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid REFERENCES organizations (id),
    recipient text NOT NULL,
    subject text NOT NULL,
    body_text text NOT NULL,
    body_html text NOT NULL,
    status text NOT NULL,
    attempts bigint NOT NULL,
    last_error text,
    created_at timestamptz NOT NULL,
    sent_at timestamptz
);
CREATE INDEX mails_by_status ON mails (status, created_at, id);
