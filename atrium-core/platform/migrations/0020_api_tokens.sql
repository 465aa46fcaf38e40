CREATE TABLE atrium_api_token (
    id {id},
    token_hash TEXT NOT NULL UNIQUE,
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    name TEXT NOT NULL,
    reach TEXT NOT NULL,
    areas TEXT NOT NULL,
    establishment_id BIGINT REFERENCES atrium_establishment (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used BIGINT
);
CREATE INDEX atrium_api_token_person ON atrium_api_token (person_id, id);
CREATE INDEX atrium_api_token_expires ON atrium_api_token (expires_at);
