-- The catalogue: what is sold, under which terms, and by which clocks. A version never changes once it was used.

CREATE TABLE calendars (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    current INTEGER NOT NULL,
    definition TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (name, version)
) STRICT;

CREATE TABLE sla_policies (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    current INTEGER NOT NULL,
    definition TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (name, version)
) STRICT;

CREATE TABLE plans (
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    current INTEGER NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    price_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    minimum_packs INTEGER NOT NULL,
    minutes_per_pack INTEGER NOT NULL,
    validity_months INTEGER NOT NULL,
    extension_months INTEGER,
    queue_level TEXT NOT NULL,
    free_minutes INTEGER NOT NULL,
    shown_hours INTEGER NOT NULL,
    audience TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (code, version)
) STRICT;

CREATE TABLE terms (
    version INTEGER NOT NULL PRIMARY KEY,
    current INTEGER NOT NULL,
    body_markdown TEXT NOT NULL,
    hash TEXT NOT NULL,
    published_at TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- Numbers that belong to the installation and not to one organization.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO counters (name, value) VALUES ('events', 0);

-- People.

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    locale TEXT NOT NULL,
    staff_role TEXT,
    password_hash TEXT,
    disabled_at TEXT,
    failed_sign_ins INTEGER NOT NULL,
    last_failed_at TEXT,
    locked_until TEXT,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX users_staff ON users (staff_role, name);

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    refresh_hash TEXT NOT NULL UNIQUE,
    previous_hash TEXT,
    rotated_at TEXT,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    user_agent TEXT NOT NULL,
    remote_address TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_previous ON sessions (previous_hash);
CREATE INDEX sessions_user ON sessions (user_id, ended_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE one_time_tokens (
    hash TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT;
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id, purpose);
CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);

CREATE TABLE idempotency_keys (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT idempotency_keys_caller_key_key PRIMARY KEY (caller, key)
) STRICT;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Client organizations: everything below carries organization_id, so that it can be distributed by it.

CREATE TABLE organizations (
    id TEXT NOT NULL PRIMARY KEY,
    prefix TEXT NOT NULL UNIQUE,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    locale TEXT NOT NULL,
    currency TEXT NOT NULL,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    write_sequence INTEGER NOT NULL,
    movement_sequence INTEGER NOT NULL,
    event_sequence INTEGER NOT NULL,
    ticket_number INTEGER NOT NULL,
    debt_minutes INTEGER NOT NULL CHECK (debt_minutes >= 0),
    debt_limit_minutes INTEGER NOT NULL,
    last_effective_at TEXT,
    settings TEXT NOT NULL,
    calendar_id TEXT NOT NULL REFERENCES calendars (id),
    sla_policy_id TEXT NOT NULL REFERENCES sla_policies (id)
) STRICT;
CREATE INDEX organizations_name ON organizations (name, id);

CREATE TABLE memberships (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    approval_limit_minutes INTEGER,
    order_limit_minor INTEGER,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT memberships_organization_id_user_id_key PRIMARY KEY (organization_id, user_id)
) STRICT;
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE systems (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    environments TEXT NOT NULL,
    components TEXT NOT NULL,
    scope_clauses TEXT NOT NULL,
    severity_examples TEXT NOT NULL,
    primary_agent_id TEXT REFERENCES users (id),
    backup_agent_id TEXT REFERENCES users (id),
    archived_at TEXT,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (organization_id, name)
) STRICT;

CREATE TABLE orders (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    status TEXT NOT NULL,
    plan_code TEXT NOT NULL,
    plan_terms TEXT NOT NULL,
    packs INTEGER NOT NULL CHECK (packs > 0),
    total_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    terms_version INTEGER NOT NULL,
    terms_hash TEXT NOT NULL,
    accepted_by TEXT NOT NULL REFERENCES users (id),
    accepted_at TEXT NOT NULL,
    accepted_address TEXT NOT NULL,
    placed_by TEXT NOT NULL REFERENCES users (id),
    placed_at TEXT NOT NULL,
    payment_reference TEXT,
    paid_on TEXT,
    paid_at TEXT,
    confirmed_by TEXT REFERENCES users (id),
    activated_at TEXT,
    bounced_at TEXT,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX orders_by_organization ON orders (organization_id, placed_at, id);
CREATE INDEX orders_by_placing ON orders (placed_at, id);
CREATE INDEX orders_by_status ON orders (status, placed_at);

CREATE TABLE lots (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    origin TEXT NOT NULL,
    order_id TEXT REFERENCES orders (id),
    status TEXT NOT NULL,
    plan_code TEXT,
    queue_level TEXT NOT NULL,
    granted_minutes INTEGER NOT NULL CHECK (granted_minutes > 0),
    price_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    refunded_minor INTEGER NOT NULL,
    activated_at TEXT NOT NULL,
    activated_on TEXT NOT NULL,
    validity_months INTEGER,
    extension_months INTEGER,
    expires_on TEXT NOT NULL,
    original_expires_on TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    extended_at TEXT,
    posted_minutes INTEGER NOT NULL CHECK (posted_minutes >= 0),
    held_minutes INTEGER NOT NULL CHECK (held_minutes >= 0),
    used_minutes INTEGER NOT NULL,
    reason TEXT,
    created_by TEXT REFERENCES users (id),
    version INTEGER NOT NULL,
    CHECK (held_minutes <= posted_minutes)
) STRICT;
CREATE INDEX lots_by_use ON lots (organization_id, status, expires_on, activated_at, id);
CREATE INDEX lots_by_order ON lots (order_id);
CREATE INDEX lots_by_end ON lots (status, ends_at);

CREATE TABLE lot_systems (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    lot_id TEXT NOT NULL REFERENCES lots (id),
    system_id TEXT NOT NULL REFERENCES systems (id),
    PRIMARY KEY (lot_id, system_id)
) STRICT;
CREATE INDEX lot_systems_by_organization ON lot_systems (organization_id);

-- Work.

CREATE TABLE tickets (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    number INTEGER NOT NULL,
    system_id TEXT REFERENCES systems (id),
    component TEXT,
    component_version TEXT,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    affected TEXT NOT NULL,
    impact TEXT,
    kind TEXT,
    suggested_severity TEXT,
    severity TEXT,
    scope TEXT,
    billable INTEGER NOT NULL,
    not_billable_reason TEXT,
    status TEXT NOT NULL,
    resume_status TEXT,
    status_since TEXT NOT NULL,
    assignee_id TEXT REFERENCES users (id),
    reporter_id TEXT NOT NULL REFERENCES users (id),
    channel TEXT NOT NULL,
    tags TEXT NOT NULL,
    agreed_on TEXT,
    queue_level TEXT NOT NULL,
    cycle INTEGER NOT NULL,
    next_deadline_at TEXT,
    sla TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (organization_id, number)
) STRICT;
CREATE INDEX tickets_by_creation ON tickets (organization_id, created_at, id);
CREATE INDEX tickets_by_update ON tickets (organization_id, updated_at, id);
CREATE INDEX tickets_by_status ON tickets (organization_id, status, created_at, id);
CREATE INDEX tickets_all_by_creation ON tickets (created_at, id);
CREATE INDEX tickets_all_by_update ON tickets (updated_at, id);
CREATE INDEX tickets_by_queue ON tickets (status, next_deadline_at, id);
CREATE INDEX tickets_by_assignee ON tickets (assignee_id, status, created_at, id);

-- What a ticket gathers after triage: plans, clocks and minutes. One row for each ticket, made with it.
CREATE TABLE ticket_work (
    ticket_id TEXT NOT NULL PRIMARY KEY REFERENCES tickets (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    calendar_id TEXT NOT NULL REFERENCES calendars (id),
    sla_policy_id TEXT NOT NULL REFERENCES sla_policies (id),
    mitigation_plan TEXT,
    solution_plan TEXT,
    scope_reason TEXT,
    triaged_by TEXT REFERENCES users (id),
    triaged_at TEXT,
    increment_minutes INTEGER,
    minimum_minutes INTEGER,
    free_minutes INTEGER,
    approved_minutes INTEGER NOT NULL,
    actual_minutes INTEGER NOT NULL,
    billed_minutes INTEGER NOT NULL,
    used_minutes INTEGER NOT NULL,
    planned_period TEXT,
    decline_reason TEXT,
    sla_outcome TEXT,
    resolved_at TEXT,
    closes_at TEXT,
    closed_at TEXT
) STRICT;
CREATE INDEX ticket_work_by_resolution ON ticket_work (organization_id, resolved_at);
CREATE INDEX ticket_work_by_closing ON ticket_work (closes_at);

CREATE TABLE ticket_evidence (
    ticket_id TEXT NOT NULL PRIMARY KEY REFERENCES tickets (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    diagnosis TEXT,
    reproduction TEXT,
    reproduction_waiver TEXT,
    window_waiver TEXT,
    rollback_note TEXT,
    test_evidence TEXT,
    updated_by TEXT NOT NULL REFERENCES users (id),
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE ticket_closures (
    ticket_id TEXT NOT NULL REFERENCES tickets (id),
    cycle INTEGER NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    what_was_done TEXT NOT NULL,
    why_it_happened TEXT,
    how_to_prevent TEXT,
    cause_category TEXT,
    deployed INTEGER NOT NULL,
    estimated_minutes INTEGER NOT NULL,
    approved_minutes INTEGER NOT NULL,
    used_minutes INTEGER NOT NULL,
    actual_minutes INTEGER NOT NULL,
    resolved_by TEXT NOT NULL REFERENCES users (id),
    resolved_at TEXT NOT NULL,
    confirmed_by TEXT REFERENCES users (id),
    confirmed_at TEXT,
    reopened_at TEXT,
    reopen_reason TEXT,
    PRIMARY KEY (ticket_id, cycle)
) STRICT;
CREATE INDEX ticket_closures_by_organization ON ticket_closures (organization_id, resolved_at);

CREATE TABLE mitigations (
    ticket_id TEXT NOT NULL REFERENCES tickets (id),
    cycle INTEGER NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    what_was_done TEXT NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES users (id),
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (ticket_id, cycle)
) STRICT;

CREATE TABLE ticket_watchers (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    ticket_id TEXT NOT NULL REFERENCES tickets (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL,
    PRIMARY KEY (ticket_id, user_id)
) STRICT;
CREATE INDEX ticket_watchers_by_user ON ticket_watchers (user_id);

CREATE TABLE ticket_links (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    ticket_id TEXT NOT NULL REFERENCES tickets (id),
    other_id TEXT NOT NULL REFERENCES tickets (id),
    kind TEXT NOT NULL,
    created_by TEXT REFERENCES users (id),
    created_at TEXT NOT NULL,
    PRIMARY KEY (ticket_id, other_id, kind)
) STRICT;
CREATE INDEX ticket_links_by_other ON ticket_links (other_id);

CREATE TABLE comments (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    ticket_id TEXT NOT NULL REFERENCES tickets (id),
    author_id TEXT NOT NULL REFERENCES users (id),
    visibility TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX comments_by_ticket ON comments (ticket_id, created_at, id);

CREATE TABLE attachments (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT REFERENCES organizations (id),
    ticket_id TEXT REFERENCES tickets (id),
    comment_id TEXT REFERENCES comments (id),
    uploader_id TEXT NOT NULL REFERENCES users (id),
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    file_name TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX attachments_by_ticket ON attachments (ticket_id, created_at, id);
CREATE INDEX attachments_by_content ON attachments (sha256);
CREATE INDEX attachments_by_age ON attachments (created_at, ticket_id);

CREATE TABLE estimates (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    ticket_id TEXT NOT NULL REFERENCES tickets (id),
    status TEXT NOT NULL,
    basis TEXT NOT NULL,
    kind TEXT NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    includes TEXT NOT NULL,
    lines TEXT NOT NULL,
    blocking INTEGER NOT NULL,
    valid_until TEXT NOT NULL,
    offered_by TEXT NOT NULL REFERENCES users (id),
    offered_at TEXT NOT NULL,
    decided_by TEXT REFERENCES users (id),
    decided_at TEXT,
    decision_reason TEXT,
    channel TEXT,
    channel_note TEXT,
    recorded_by TEXT REFERENCES users (id),
    approved_minutes INTEGER,
    hold_id TEXT,
    allocations TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX estimates_by_ticket ON estimates (ticket_id, offered_at, id);
CREATE INDEX estimates_by_status ON estimates (organization_id, status, offered_at);
CREATE INDEX estimates_by_validity ON estimates (status, valid_until);

CREATE TABLE windows (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    ticket_id TEXT NOT NULL REFERENCES tickets (id),
    status TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    note TEXT,
    proposed_by TEXT NOT NULL REFERENCES users (id),
    proposed_at TEXT NOT NULL,
    decided_by TEXT REFERENCES users (id),
    decided_at TEXT,
    decision_reason TEXT,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX windows_by_ticket ON windows (ticket_id, starts_at, id);
CREATE INDEX windows_by_organization ON windows (organization_id, status, starts_at);
CREATE INDEX windows_by_start ON windows (status, starts_at);

CREATE TABLE time_entries (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    ticket_id TEXT NOT NULL REFERENCES tickets (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    actual_minutes INTEGER NOT NULL,
    billable_minutes INTEGER NOT NULL,
    billable INTEGER NOT NULL,
    worked_on TEXT NOT NULL,
    activity TEXT NOT NULL,
    note TEXT NOT NULL,
    cycle INTEGER NOT NULL,
    reversed_at TEXT,
    reason TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX time_entries_by_ticket ON time_entries (ticket_id, created_at, id);
CREATE INDEX time_entries_by_organization ON time_entries (organization_id, created_at, id);

-- The ledger (never changed, never deleted) and what was reserved.

CREATE TABLE holds (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    ticket_id TEXT NOT NULL REFERENCES tickets (id),
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX holds_by_ticket ON holds (ticket_id, created_at);

CREATE TABLE hold_parts (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    hold_id TEXT NOT NULL REFERENCES holds (id),
    lot_id TEXT NOT NULL REFERENCES lots (id),
    held_minutes INTEGER NOT NULL CHECK (held_minutes >= 0),
    PRIMARY KEY (hold_id, lot_id)
) STRICT;
CREATE INDEX hold_parts_live ON hold_parts (organization_id, held_minutes);
CREATE INDEX hold_parts_by_lot ON hold_parts (lot_id);

CREATE TABLE movements (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    sequence INTEGER NOT NULL,
    kind TEXT NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    lot_id TEXT REFERENCES lots (id),
    hold_id TEXT REFERENCES holds (id),
    ticket_id TEXT REFERENCES tickets (id),
    time_entry_id TEXT REFERENCES time_entries (id),
    reverses_sequence INTEGER,
    effective_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    actor_id TEXT REFERENCES users (id),
    reason TEXT,
    available_after_minutes INTEGER NOT NULL,
    PRIMARY KEY (organization_id, sequence)
) STRICT;
CREATE INDEX movements_by_effect ON movements (organization_id, effective_at, sequence);
CREATE INDEX movements_by_kind ON movements (organization_id, kind, sequence);
CREATE INDEX movements_by_lot ON movements (lot_id, sequence);
CREATE INDEX movements_by_ticket ON movements (ticket_id, sequence);
CREATE INDEX movements_by_entry ON movements (time_entry_id);

CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT REFERENCES organizations (id),
    sequence INTEGER NOT NULL,
    ticket_id TEXT REFERENCES tickets (id),
    at TEXT NOT NULL,
    side TEXT NOT NULL,
    actor_id TEXT REFERENCES users (id),
    name TEXT NOT NULL,
    visibility TEXT NOT NULL,
    payload TEXT NOT NULL,
    UNIQUE (organization_id, sequence)
) STRICT;
CREATE INDEX events_by_ticket ON events (ticket_id, sequence);

CREATE TABLE statements (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    content TEXT NOT NULL,
    hash TEXT NOT NULL,
    made_at TEXT NOT NULL,
    UNIQUE (organization_id, from_on, to_on)
) STRICT;
CREATE INDEX statements_by_age ON statements (organization_id, made_at, id);

-- What follows from events, done later: once each, by whichever process claims it first.

CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    unique_key TEXT NOT NULL UNIQUE,
    organization_id TEXT REFERENCES organizations (id),
    payload TEXT NOT NULL,
    run_at TEXT NOT NULL,
    leased_until TEXT,
    attempts INTEGER NOT NULL,
    last_error TEXT,
    failed_at TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_due ON jobs (failed_at, run_at);

CREATE TABLE mails (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT REFERENCES organizations (id),
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    last_error TEXT,
    created_at TEXT NOT NULL,
    sent_at TEXT
) STRICT;
CREATE INDEX mails_by_status ON mails (status, created_at, id);
