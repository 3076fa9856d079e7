DROP TABLE issuers;
DELETE FROM credentials WHERE kind = 'issuer';
