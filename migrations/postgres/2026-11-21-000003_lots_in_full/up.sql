-- Running contracts that were taken over from files: the same file, and the same reference, is taken over once.

CREATE TABLE contract_imports (
    id uuid NOT NULL PRIMARY KEY,
    hash text NOT NULL UNIQUE,
    contracts bigint NOT NULL,
    minutes bigint NOT NULL,
    imported_by uuid REFERENCES users (id),
    imported_at timestamptz NOT NULL
);

CREATE TABLE imported_contracts (
    lot_id uuid NOT NULL PRIMARY KEY REFERENCES lots (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    import_id uuid NOT NULL REFERENCES contract_imports (id),
    reference text,
    UNIQUE (organization_id, reference)
);
CREATE INDEX imported_contracts_by_import ON imported_contracts (import_id);

CREATE INDEX lots_by_start ON lots (organization_id, activated_at, id);
