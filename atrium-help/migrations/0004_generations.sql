ALTER TABLE atrium_help_problem ADD COLUMN file TEXT NOT NULL DEFAULT '';
ALTER TABLE atrium_help_problem ADD COLUMN severity TEXT NOT NULL DEFAULT 'error';

ALTER TABLE atrium_help_collection ADD COLUMN file TEXT NOT NULL DEFAULT '';
ALTER TABLE atrium_help_collection ADD COLUMN rendered TEXT NOT NULL DEFAULT '';
ALTER TABLE atrium_help_collection ADD COLUMN renderer BIGINT NOT NULL DEFAULT 0;

CREATE TABLE atrium_help_generation (
    id {id},
    root TEXT NOT NULL,
    hash TEXT NOT NULL,
    at BIGINT NOT NULL,
    UNIQUE (root, hash)
);
