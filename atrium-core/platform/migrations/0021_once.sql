CREATE TABLE atrium_once (
    key_hash TEXT PRIMARY KEY,
    body_hash TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    status BIGINT,
    location TEXT,
    etag TEXT,
    answer TEXT
);
CREATE INDEX atrium_once_expires ON atrium_once (expires_at);
