-- What a source vouches for, row by row.
ALTER TABLE atrium_group_member ADD COLUMN source TEXT NOT NULL DEFAULT 'manual';
ALTER TABLE atrium_person ADD COLUMN vouched TEXT NOT NULL DEFAULT '';

CREATE TABLE atrium_unknown_school (
    source TEXT NOT NULL,
    uai TEXT NOT NULL,
    named_at BIGINT NOT NULL,
    PRIMARY KEY (source, uai)
);
