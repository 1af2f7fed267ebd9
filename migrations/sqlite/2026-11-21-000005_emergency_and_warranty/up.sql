-- Work that began under the emergency clause, what was decided about recurrences, and thresholds that are passed.

CREATE TABLE emergencies (
    ticket_id TEXT NOT NULL PRIMARY KEY REFERENCES tickets (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    status TEXT NOT NULL,
    clause_minutes INTEGER NOT NULL CHECK (clause_minutes > 0),
    held_minutes INTEGER NOT NULL CHECK (held_minutes >= 0),
    started_by TEXT REFERENCES users (id),
    started_at TEXT NOT NULL,
    answered_by TEXT REFERENCES users (id),
    answered_at TEXT,
    dispute_reason TEXT,
    settled_by TEXT REFERENCES users (id),
    settled_at TEXT,
    settlement TEXT,
    owners_told_at TEXT,
    leads_told_at TEXT
) STRICT;
CREATE INDEX emergencies_by_status ON emergencies (organization_id, status, started_at);

CREATE TABLE warranties (
    ticket_id TEXT NOT NULL PRIMARY KEY REFERENCES tickets (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    original_id TEXT NOT NULL REFERENCES tickets (id),
    accepted INTEGER NOT NULL,
    reason TEXT,
    decided_by TEXT NOT NULL REFERENCES users (id),
    decided_at TEXT NOT NULL
) STRICT;
CREATE INDEX warranties_by_organization ON warranties (organization_id, decided_at);

-- A row for each crossing; it is passed until it is cleared.
CREATE TABLE minute_alerts (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    kind TEXT NOT NULL,
    lot_id TEXT REFERENCES lots (id),
    threshold INTEGER NOT NULL,
    raised_at TEXT NOT NULL,
    cleared_at TEXT
) STRICT;
CREATE INDEX minute_alerts_passed ON minute_alerts (organization_id, cleared_at);
