CREATE TABLE atrium_login_device (
    token_hash TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    last_used BIGINT NOT NULL,
    PRIMARY KEY (token_hash, person_id)
);
CREATE INDEX atrium_login_device_person ON atrium_login_device (person_id, last_used);
