-- Approvals in full: standing ones, those by a link in a mail, recorded ones that are disputed, reminders of open offers,
-- and the optional lines that were left out.

CREATE TABLE standing_approvals (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    name text NOT NULL,
    kinds text NOT NULL,
    severities text NOT NULL,
    minutes_per_ticket bigint NOT NULL CHECK (minutes_per_ticket > 0),
    minutes_per_month bigint NOT NULL,
    small_works boolean NOT NULL,
    given_by uuid NOT NULL REFERENCES users (id),
    given_at timestamptz NOT NULL,
    ended_by uuid REFERENCES users (id),
    ended_at timestamptz,
    version bigint NOT NULL
);
CREATE INDEX standing_approvals_by_organization ON standing_approvals (organization_id, given_at, id);

-- Links in mails. The token is in the mail alone; here is its hash.
CREATE TABLE approval_links (
    hash text NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    estimate_id uuid NOT NULL REFERENCES estimates (id),
    user_id uuid NOT NULL REFERENCES users (id),
    purpose text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX approval_links_by_estimate ON approval_links (estimate_id, purpose);
CREATE INDEX approval_links_by_end ON approval_links (expires_at);

ALTER TABLE estimates ADD COLUMN left_out text NOT NULL DEFAULT '[]';
ALTER TABLE estimates ADD COLUMN remind_at timestamptz;
ALTER TABLE estimates ADD COLUMN standing_approval_id uuid REFERENCES standing_approvals (id);
ALTER TABLE estimates ADD COLUMN standing_approval_name text;
ALTER TABLE estimates ADD COLUMN standing_minutes bigint;
ALTER TABLE estimates ADD COLUMN standing_on date;
ALTER TABLE estimates ADD COLUMN disputed_by uuid REFERENCES users (id);
ALTER TABLE estimates ADD COLUMN disputed_at timestamptz;
ALTER TABLE estimates ADD COLUMN dispute_note text;
CREATE INDEX estimates_by_reminder ON estimates (status, remind_at);
CREATE INDEX estimates_by_standing_approval ON estimates (standing_approval_id, standing_on);
