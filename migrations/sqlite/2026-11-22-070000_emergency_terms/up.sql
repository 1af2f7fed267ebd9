-- For which severities work that has begun goes on, and which worked minutes are not billed since a dispute was upheld.
ALTER TABLE emergencies ADD COLUMN severities TEXT NOT NULL DEFAULT '["p0","p1","p2","p3"]';
ALTER TABLE time_entries ADD COLUMN waived_minutes INTEGER NOT NULL DEFAULT 0 CHECK (waived_minutes >= 0);
