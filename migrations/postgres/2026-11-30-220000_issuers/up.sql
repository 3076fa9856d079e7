-- Issuers of JWTs that a tenant trusts. An issuer is a credential of the kind `issuer`; this is what it needs besides.
CREATE TABLE issuers (
    tenant_id INTEGER NOT NULL,
    key_id TEXT COLLATE "C" NOT NULL,
    terms TEXT NOT NULL,
    PRIMARY KEY (tenant_id, key_id),
    FOREIGN KEY (tenant_id, key_id) REFERENCES credentials (tenant_id, key_id) ON DELETE CASCADE
);
