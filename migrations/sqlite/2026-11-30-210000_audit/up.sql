-- Who was refused, and what operators did. A tenant is named and not referred to: its rows outlive it.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    tenant TEXT,
    event TEXT NOT NULL,
    actor TEXT,
    subject TEXT,
    cause TEXT,
    address TEXT,
    request_id TEXT,
    -- How many of the kind this row stands for.
    count INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_at_ms ON audit (at_ms);
