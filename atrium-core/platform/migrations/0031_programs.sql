CREATE TABLE atrium_program (
    person_id BIGINT PRIMARY KEY REFERENCES atrium_person (id),
    purpose TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
