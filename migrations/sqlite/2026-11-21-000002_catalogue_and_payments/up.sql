-- Who edits the catalogue, who accepted which terms, proformas, and payments through a provider.

ALTER TABLE plans ADD COLUMN published_by TEXT REFERENCES users (id);

ALTER TABLE terms ADD COLUMN requires_acceptance INTEGER NOT NULL DEFAULT 0;
ALTER TABLE terms ADD COLUMN published_by TEXT REFERENCES users (id);

CREATE TABLE terms_acceptances (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    terms_version INTEGER NOT NULL REFERENCES terms (version),
    terms_hash TEXT NOT NULL,
    accepted_by TEXT NOT NULL REFERENCES users (id),
    accepted_at TEXT NOT NULL,
    accepted_address TEXT NOT NULL,
    order_id TEXT REFERENCES orders (id)
) STRICT;
CREATE INDEX terms_acceptances_by_organization ON terms_acceptances (organization_id, accepted_at, id);

-- Every order so far accepted terms; its acceptance has the order's own id.
INSERT INTO terms_acceptances
    (id, organization_id, terms_version, terms_hash, accepted_by, accepted_at, accepted_address, order_id)
SELECT id, organization_id, terms_version, terms_hash, accepted_by, accepted_at, accepted_address, id FROM orders;

-- Proformas are numbered without gaps, in the order in which the orders were placed.
ALTER TABLE orders ADD COLUMN proforma_number INTEGER NOT NULL DEFAULT 0;
UPDATE orders SET proforma_number = numbered.place
    FROM (SELECT id, row_number() OVER (ORDER BY placed_at, id) AS place FROM orders) AS numbered
    WHERE numbered.id = orders.id;
CREATE UNIQUE INDEX orders_by_proforma ON orders (proforma_number);
INSERT INTO counters (name, value) SELECT 'proformas', count(*) FROM orders;
-- Grows with each edit of plans and terms, and is their lock.
INSERT INTO counters (name, value) VALUES ('catalogue', 0);

-- Where a client was sent to pay, and what the provider says about it.
CREATE TABLE checkouts (
    provider TEXT NOT NULL,
    session_id TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    order_id TEXT NOT NULL REFERENCES orders (id),
    url TEXT NOT NULL,
    payment_id TEXT,
    started_by TEXT NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (provider, session_id)
) STRICT;
CREATE INDEX checkouts_by_order ON checkouts (order_id, created_at);
CREATE INDEX checkouts_by_payment ON checkouts (provider, payment_id);

-- What a provider told us and had an effect: told again, it has none.
CREATE TABLE payment_events (
    provider TEXT NOT NULL,
    event_id TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    order_id TEXT NOT NULL REFERENCES orders (id),
    received_at TEXT NOT NULL,
    PRIMARY KEY (provider, event_id)
) STRICT;
CREATE INDEX payment_events_by_order ON payment_events (order_id, received_at);
