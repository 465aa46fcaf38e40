CREATE TABLE atrium_mail_suppressed (
    -- Keyed with the platform's secret: without it, the row names no address.
    address_hash TEXT PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    -- What the server answered: `550 5.1.1`.
    code TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX atrium_mail_suppressed_person ON atrium_mail_suppressed (person_id);
CREATE INDEX atrium_mail_suppressed_at ON atrium_mail_suppressed (at);
