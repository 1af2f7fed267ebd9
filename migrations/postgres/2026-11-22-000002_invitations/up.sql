-- Who is invited belongs to the organization once they have said yes. Until then they are shown as whoever invited them
-- typed their name, under an id that is not theirs: nobody learns by inviting who has an account.

ALTER TABLE memberships ADD COLUMN invited_as text;
ALTER TABLE memberships ADD COLUMN invitation_id uuid;

-- Where an invitation leads.
ALTER TABLE one_time_tokens ADD COLUMN organization_id uuid;
