CREATE TABLE atrium_help_collection (
    key TEXT PRIMARY KEY,
    root TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    markdown TEXT NOT NULL,
    icon TEXT NOT NULL,
    position BIGINT NOT NULL,
    content_hash TEXT NOT NULL
);

CREATE TABLE atrium_help_article (
    id {id},
    root TEXT NOT NULL,
    source TEXT NOT NULL UNIQUE,
    collection TEXT NOT NULL,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    keywords TEXT NOT NULL,
    audience TEXT NOT NULL,
    position BIGINT NOT NULL,
    review_on TEXT,
    owner TEXT,
    state TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    markdown TEXT NOT NULL,
    rendered TEXT NOT NULL,
    renderer BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (collection, slug)
);
CREATE INDEX atrium_help_article_order ON atrium_help_article (collection, position, id);

CREATE TABLE atrium_help_article_visibility (
    article_id BIGINT NOT NULL REFERENCES atrium_help_article (id),
    token TEXT NOT NULL,
    PRIMARY KEY (article_id, token)
);

CREATE TABLE atrium_help_problem (
    id {id},
    root TEXT NOT NULL,
    source TEXT NOT NULL,
    line BIGINT NOT NULL,
    message TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE atrium_help_feedback (
    id {id},
    article_id BIGINT NOT NULL REFERENCES atrium_help_article (id),
    useful BOOLEAN NOT NULL,
    comment TEXT NOT NULL,
    person_id BIGINT,
    at BIGINT NOT NULL
);
CREATE INDEX atrium_help_feedback_article ON atrium_help_feedback (article_id, id);
