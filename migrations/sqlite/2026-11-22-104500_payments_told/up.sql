-- A payment that takes days keeps its order from being paid on another page, until the provider says how it ended.
ALTER TABLE checkouts ADD COLUMN pending_since TEXT;
ALTER TABLE checkouts ADD COLUMN settled_at TEXT;

-- Money that came for nothing, and why: the same payment is told of once, whatever the provider says of it.
ALTER TABLE payment_events ADD COLUMN payment_reference TEXT;
ALTER TABLE payment_events ADD COLUMN refused_because TEXT;
