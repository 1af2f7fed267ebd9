-- Approvals in full: standing ones, those by a link in a mail, recorded ones that are disputed, reminders of open offers,
-- and the optional lines that were left out.

CREATE TABLE standing_approvals (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    kinds TEXT NOT NULL,
    severities TEXT NOT NULL,
    minutes_per_ticket INTEGER NOT NULL CHECK (minutes_per_ticket > 0),
    minutes_per_month INTEGER NOT NULL,
    small_works INTEGER NOT NULL,
    given_by TEXT NOT NULL REFERENCES users (id),
    given_at TEXT NOT NULL,
    ended_by TEXT REFERENCES users (id),
    ended_at TEXT,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX standing_approvals_by_organization ON standing_approvals (organization_id, given_at, id);

-- Links in mails. The token is in the mail alone; here is its hash.
CREATE TABLE approval_links (
    hash TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    estimate_id TEXT NOT NULL REFERENCES estimates (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    purpose TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT;
CREATE INDEX approval_links_by_estimate ON approval_links (estimate_id, purpose);
CREATE INDEX approval_links_by_end ON approval_links (expires_at);

ALTER TABLE estimates ADD COLUMN left_out TEXT NOT NULL DEFAULT '[]';
ALTER TABLE estimates ADD COLUMN remind_at TEXT;
ALTER TABLE estimates ADD COLUMN standing_approval_id TEXT REFERENCES standing_approvals (id);
ALTER TABLE estimates ADD COLUMN standing_approval_name TEXT;
ALTER TABLE estimates ADD COLUMN standing_minutes INTEGER;
ALTER TABLE estimates ADD COLUMN standing_on TEXT;
ALTER TABLE estimates ADD COLUMN disputed_by TEXT REFERENCES users (id);
ALTER TABLE estimates ADD COLUMN disputed_at TEXT;
ALTER TABLE estimates ADD COLUMN dispute_note TEXT;
CREATE INDEX estimates_by_reminder ON estimates (status, remind_at);
CREATE INDEX estimates_by_standing_approval ON estimates (standing_approval_id, standing_on);
