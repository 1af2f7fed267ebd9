-- Work that began under the emergency clause, what was decided about recurrences, and thresholds that are passed.

CREATE TABLE emergencies (
    ticket_id uuid NOT NULL PRIMARY KEY REFERENCES tickets (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    status text NOT NULL,
    clause_minutes bigint NOT NULL CHECK (clause_minutes > 0),
    held_minutes bigint NOT NULL CHECK (held_minutes >= 0),
    started_by uuid REFERENCES users (id),
    started_at timestamptz NOT NULL,
    answered_by uuid REFERENCES users (id),
    answered_at timestamptz,
    dispute_reason text,
    settled_by uuid REFERENCES users (id),
    settled_at timestamptz,
    settlement text,
    owners_told_at timestamptz,
    leads_told_at timestamptz
);
CREATE INDEX emergencies_by_status ON emergencies (organization_id, status, started_at);

CREATE TABLE warranties (
    ticket_id uuid NOT NULL PRIMARY KEY REFERENCES tickets (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    original_id uuid NOT NULL REFERENCES tickets (id),
    accepted boolean NOT NULL,
    reason text,
    decided_by uuid NOT NULL REFERENCES users (id),
    decided_at timestamptz NOT NULL
);
CREATE INDEX warranties_by_organization ON warranties (organization_id, decided_at);

-- A row for each crossing; it is passed until it is cleared.
CREATE TABLE minute_alerts (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    kind text NOT NULL,
    lot_id uuid REFERENCES lots (id),
    threshold bigint NOT NULL,
    raised_at timestamptz NOT NULL,
    cleared_at timestamptz
);
CREATE INDEX minute_alerts_passed ON minute_alerts (organization_id, cleared_at);
