-- Running contracts that were taken over from files: the same file, and the same reference, is taken over once.

CREATE TABLE contract_imports (
    id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    contracts INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    imported_by TEXT REFERENCES users (id),
    imported_at TEXT NOT NULL
) STRICT;

CREATE TABLE imported_contracts (
    lot_id TEXT NOT NULL PRIMARY KEY REFERENCES lots (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    import_id TEXT NOT NULL REFERENCES contract_imports (id),
    reference TEXT,
    UNIQUE (organization_id, reference)
) STRICT;
CREATE INDEX imported_contracts_by_import ON imported_contracts (import_id);

CREATE INDEX lots_by_start ON lots (organization_id, activated_at, id);
