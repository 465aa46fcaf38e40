-- What is in the store, named by what is in it.
CREATE TABLE atrium_file (
    -- SHA-256 of the bytes that are kept.
    digest TEXT PRIMARY KEY,
    -- Its name in the store. Each upload has its own, so that removing one never takes away another's.
    object TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    width BIGINT,
    height BIGINT,
    -- Size of its small picture, if it has one.
    small BIGINT,
    -- When it was sent last.
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX atrium_file_object ON atrium_file (object);
CREATE INDEX atrium_file_at ON atrium_file (at);
-- Who sent what, and where it is attached.
CREATE TABLE atrium_file_use (
    id {id},
    digest TEXT NOT NULL REFERENCES atrium_file (digest),
    name TEXT NOT NULL,
    person_id BIGINT REFERENCES atrium_person (id),
    establishment_id BIGINT REFERENCES atrium_establishment (id),
    -- The plugin and its subject: `forum`, `post:12`. Absent until it is attached.
    owner TEXT,
    subject TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX atrium_file_use_digest ON atrium_file_use (digest);
CREATE INDEX atrium_file_use_person ON atrium_file_use (person_id);
CREATE INDEX atrium_file_use_school ON atrium_file_use (establishment_id);
CREATE INDEX atrium_file_use_subject ON atrium_file_use (owner, subject, id);
CREATE INDEX atrium_file_use_loose ON atrium_file_use (at) WHERE subject IS NULL;
