-- Wrong passwords by a keyed hash of the address, whether or not somebody has it: both wait alike.

CREATE TABLE sign_in_attempts (
    account text NOT NULL PRIMARY KEY,
    failures bigint NOT NULL CHECK (failures >= 0),
    last_failed_at timestamptz NOT NULL
);
CREATE INDEX sign_in_attempts_age ON sign_in_attempts (last_failed_at);

ALTER TABLE users DROP COLUMN failed_sign_ins;
ALTER TABLE users DROP COLUMN last_failed_at;
ALTER TABLE users DROP COLUMN locked_until;

-- What the caller could do when the answer was given: it is given again only to somebody who still can.
ALTER TABLE idempotency_keys ADD COLUMN standing text NOT NULL DEFAULT '';
