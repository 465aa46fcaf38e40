CREATE TABLE atrium_help_picture (
    name TEXT PRIMARY KEY,
    bytes {bytes} NOT NULL,
    unused_since BIGINT
);

CREATE TABLE atrium_help_picture_use (
    root TEXT NOT NULL,
    source TEXT NOT NULL,
    path TEXT NOT NULL,
    name TEXT NOT NULL,
    collection TEXT,
    PRIMARY KEY (root, source, path)
);
CREATE INDEX atrium_help_picture_use_name ON atrium_help_picture_use (name);
