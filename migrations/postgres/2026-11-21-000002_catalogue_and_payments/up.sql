-- Who edits the catalogue, who accepted which terms, proformas, and payments through a provider.

ALTER TABLE plans ADD COLUMN published_by uuid REFERENCES users (id);

ALTER TABLE terms ADD COLUMN requires_acceptance boolean NOT NULL DEFAULT false;
ALTER TABLE terms ADD COLUMN published_by uuid REFERENCES users (id);

CREATE TABLE terms_acceptances (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    terms_version bigint NOT NULL REFERENCES terms (version),
    terms_hash text NOT NULL,
    accepted_by uuid NOT NULL REFERENCES users (id),
    accepted_at timestamptz NOT NULL,
    accepted_address text NOT NULL,
    order_id uuid REFERENCES orders (id)
);
CREATE INDEX terms_acceptances_by_organization ON terms_acceptances (organization_id, accepted_at, id);

-- Every order so far accepted terms; its acceptance has the order's own id.
INSERT INTO terms_acceptances
    (id, organization_id, terms_version, terms_hash, accepted_by, accepted_at, accepted_address, order_id)
SELECT id, organization_id, terms_version, terms_hash, accepted_by, accepted_at, accepted_address, id FROM orders;

-- Proformas are numbered without gaps, in the order in which the orders were placed.
ALTER TABLE orders ADD COLUMN proforma_number bigint NOT NULL DEFAULT 0;
UPDATE orders SET proforma_number = numbered.place
    FROM (SELECT id, row_number() OVER (ORDER BY placed_at, id) AS place FROM orders) AS numbered
    WHERE numbered.id = orders.id;
CREATE UNIQUE INDEX orders_by_proforma ON orders (proforma_number);
INSERT INTO counters (name, value) SELECT 'proformas', count(*) FROM orders;
-- Grows with each edit of plans and terms, and is their lock.
INSERT INTO counters (name, value) VALUES ('catalogue', 0);

-- Where a client was sent to pay, and what the provider says about it.
CREATE TABLE checkouts (
    provider text NOT NULL,
    session_id text NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    order_id uuid NOT NULL REFERENCES orders (id),
    url text NOT NULL,
    payment_id text,
    started_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (provider, session_id)
);
CREATE INDEX checkouts_by_order ON checkouts (order_id, created_at);
CREATE INDEX checkouts_by_payment ON checkouts (provider, payment_id);

-- What a provider told us and had an effect: told again, it has none.
CREATE TABLE payment_events (
    provider text NOT NULL,
    event_id text NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    order_id uuid NOT NULL REFERENCES orders (id),
    received_at timestamptz NOT NULL,
    PRIMARY KEY (provider, event_id)
);
CREATE INDEX payment_events_by_order ON payment_events (order_id, received_at);
