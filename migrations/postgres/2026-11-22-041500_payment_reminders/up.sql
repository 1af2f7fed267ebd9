-- How many reminders of a payment were sent, where the minutes started before it.
ALTER TABLE orders ADD COLUMN payment_reminders bigint NOT NULL DEFAULT 0;
CREATE INDEX orders_owed ON orders (activated_at) WHERE paid_at IS NULL AND bounced_at IS NULL;
