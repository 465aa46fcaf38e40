-- How people chose to be told of a kind by mail; the kind itself says it otherwise.
CREATE TABLE atrium_notice_mail (
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    kind TEXT NOT NULL,
    pace TEXT NOT NULL,
    PRIMARY KEY (person_id, kind)
);
