-- What waits for a person's next digest, one row for each kind and subject. A row stays when its digest was made up, so that
-- its letter can be composed; a later event makes it wait again.
CREATE TABLE atrium_notice_digest (
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- The first place in the subject of which no digest told.
    place BIGINT NOT NULL,
    -- How many events it stands for.
    times BIGINT NOT NULL,
    -- The newest of them.
    xid BIGINT NOT NULL,
    event BIGINT NOT NULL,
    at BIGINT NOT NULL,
    -- 'daily' or 'weekly', as its person had chosen.
    pace TEXT NOT NULL,
    -- The instant at which the digest that tells of it was made up.
    digest BIGINT,
    PRIMARY KEY (person_id, kind, subject)
);
CREATE INDEX atrium_notice_digest_waiting ON atrium_notice_digest (person_id) WHERE digest IS NULL;
CREATE INDEX atrium_notice_digest_at ON atrium_notice_digest (at);
