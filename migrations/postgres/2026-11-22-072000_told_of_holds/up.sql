-- When the leads were told that the hold outlasts its lot: once for each.
ALTER TABLE holds ADD COLUMN lead_told_at timestamptz;
