-- Who a person is at an issuer (a host, a sign-on service, a directory): several identities for one person.
CREATE TABLE atrium_identity (
    id {id},
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    source TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (issuer, subject)
);
CREATE INDEX atrium_identity_person ON atrium_identity (person_id);

-- The key of one unnamed issuer is the identity at the issuer that identities have without a name of their own. The
-- column stays, empty: SQLite drops no column with a unique constraint.
INSERT INTO atrium_identity (issuer, subject, person_id, source, created_at)
SELECT 'external', external_id, id, source, created_at FROM atrium_person WHERE external_id IS NOT NULL ORDER BY id;
UPDATE atrium_person SET external_id = NULL WHERE external_id IS NOT NULL;
