-- Who asks to be erased, until they take it back or are.
CREATE TABLE atrium_erasure_request (
    person_id BIGINT PRIMARY KEY REFERENCES atrium_person (id),
    asked_at BIGINT NOT NULL
);
