-- What people are told of, one row for each person, kind and subject: a second reply makes the row new again.
CREATE TABLE atrium_notice (
    id {id},
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- The first place in the subject that is not read: the number of a post.
    place BIGINT NOT NULL,
    -- How many events it stands for, since it was read last.
    times BIGINT NOT NULL,
    -- The newest of them.
    xid BIGINT NOT NULL,
    event BIGINT NOT NULL,
    at BIGINT NOT NULL,
    read_at BIGINT
);
CREATE UNIQUE INDEX atrium_notice_about ON atrium_notice (person_id, kind, subject);
CREATE INDEX atrium_notice_newest ON atrium_notice (person_id, at, id);
CREATE INDEX atrium_notice_unread ON atrium_notice (person_id) WHERE read_at IS NULL;
CREATE INDEX atrium_notice_subject ON atrium_notice (subject) WHERE read_at IS NULL;
CREATE INDEX atrium_notice_at ON atrium_notice (at);
-- Kinds that a person does not want to be told of.
CREATE TABLE atrium_notice_off (
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    kind TEXT NOT NULL,
    PRIMARY KEY (person_id, kind)
);
