-- A payment that takes days keeps its order from being paid on another page, until the provider says how it ended.
ALTER TABLE checkouts ADD COLUMN pending_since timestamptz;
ALTER TABLE checkouts ADD COLUMN settled_at timestamptz;

-- Money that came for nothing, and why: the same payment is told of once, whatever the provider says of it.
ALTER TABLE payment_events ADD COLUMN payment_reference text;
ALTER TABLE payment_events ADD COLUMN refused_because text;
