-- Orders of lists that no index gave, and files by their comment, which were looked for one by one.
CREATE INDEX tickets_by_deadline ON tickets (organization_id, next_deadline_at, id);
CREATE INDEX tickets_all_by_deadline ON tickets (next_deadline_at, id);
CREATE INDEX tickets_all_by_status ON tickets (status, created_at, id);
CREATE INDEX tickets_of_assignee ON tickets (assignee_id, created_at, id);
CREATE INDEX attachments_by_comment ON attachments (comment_id, created_at, id);

DROP INDEX estimates_by_status;
CREATE INDEX estimates_by_status ON estimates (organization_id, status, offered_at, id);
CREATE INDEX estimates_by_organization ON estimates (organization_id, offered_at, id);
CREATE INDEX estimates_all_by_status ON estimates (status, offered_at, id);
CREATE INDEX estimates_all_by_offer ON estimates (offered_at, id);

DROP INDEX orders_by_status;
CREATE INDEX orders_by_status ON orders (organization_id, status, placed_at, id);
CREATE INDEX orders_all_by_status ON orders (status, placed_at, id);

CREATE INDEX statements_by_end ON statements (organization_id, to_on);
