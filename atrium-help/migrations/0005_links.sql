ALTER TABLE atrium_help_article ADD COLUMN anchors TEXT;
ALTER TABLE atrium_help_collection ADD COLUMN anchors TEXT;

CREATE TABLE atrium_help_link (
    id {id},
    root TEXT NOT NULL,
    source TEXT NOT NULL,
    file TEXT NOT NULL,
    line BIGINT NOT NULL,
    typed TEXT NOT NULL,
    page TEXT NOT NULL,
    fragment TEXT NOT NULL
);
CREATE INDEX atrium_help_link_of ON atrium_help_link (root, source);

CREATE TABLE atrium_help_redirect (
    address TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    article_id BIGINT REFERENCES atrium_help_article (id),
    collection TEXT,
    declared BOOLEAN NOT NULL
);
CREATE INDEX atrium_help_redirect_to ON atrium_help_redirect (article_id);
