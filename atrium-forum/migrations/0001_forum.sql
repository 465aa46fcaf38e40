CREATE TABLE atrium_forum_category (
    id {id},
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    service_key TEXT,
    establishment_id BIGINT REFERENCES atrium_establishment (id),
    see TEXT NOT NULL,
    ask TEXT NOT NULL,
    answer TEXT NOT NULL,
    moderation TEXT NOT NULL,
    confidential BOOLEAN NOT NULL,
    template TEXT NOT NULL,
    position BIGINT NOT NULL,
    topics_public BIGINT NOT NULL,
    topics_staff BIGINT NOT NULL,
    posts_public BIGINT NOT NULL,
    posts_staff BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE atrium_forum_topic (
    id {id},
    category_id BIGINT NOT NULL REFERENCES atrium_forum_category (id),
    establishment_id BIGINT REFERENCES atrium_establishment (id),
    author_id BIGINT NOT NULL REFERENCES atrium_person (id),
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    readers TEXT NOT NULL,
    pinned BOOLEAN NOT NULL,
    locked BOOLEAN NOT NULL,
    accepted_post_id BIGINT,
    official_post_id BIGINT,
    last_number BIGINT NOT NULL,
    last_visible_number BIGINT NOT NULL,
    last_visible_author_id BIGINT NOT NULL REFERENCES atrium_person (id),
    last_visible_at BIGINT NOT NULL,
    replies_public BIGINT NOT NULL,
    replies_staff BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX atrium_forum_topic_list ON atrium_forum_topic (category_id, pinned, last_visible_at, id);
CREATE INDEX atrium_forum_topic_recent ON atrium_forum_topic (last_visible_at, id);
CREATE INDEX atrium_forum_topic_author ON atrium_forum_topic (author_id, last_visible_at, id);

CREATE TABLE atrium_forum_post (
    id {id},
    topic_id BIGINT NOT NULL REFERENCES atrium_forum_topic (id),
    number BIGINT NOT NULL,
    author_id BIGINT NOT NULL REFERENCES atrium_person (id),
    establishment_id BIGINT REFERENCES atrium_establishment (id),
    quality TEXT NOT NULL,
    markdown TEXT NOT NULL,
    html TEXT NOT NULL,
    renderer BIGINT NOT NULL,
    state TEXT NOT NULL,
    state_reason TEXT NOT NULL,
    revision BIGINT NOT NULL,
    version BIGINT NOT NULL,
    write_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    UNIQUE (topic_id, number),
    UNIQUE (author_id, write_key)
);
CREATE INDEX atrium_forum_post_author ON atrium_forum_post (author_id, state);

CREATE TABLE atrium_forum_revision (
    id {id},
    post_id BIGINT NOT NULL REFERENCES atrium_forum_post (id),
    number BIGINT NOT NULL,
    author_id BIGINT NOT NULL REFERENCES atrium_person (id),
    title TEXT,
    markdown TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (post_id, number)
);

CREATE TABLE atrium_forum_flag (
    id {id},
    post_id BIGINT NOT NULL REFERENCES atrium_forum_post (id),
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    reason TEXT NOT NULL,
    comment TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (post_id, person_id)
);

CREATE TABLE atrium_forum_review (
    id {id},
    topic_id BIGINT NOT NULL REFERENCES atrium_forum_topic (id),
    post_id BIGINT NOT NULL REFERENCES atrium_forum_post (id),
    revision_id BIGINT REFERENCES atrium_forum_revision (id),
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    score BIGINT NOT NULL,
    version BIGINT NOT NULL,
    claimed_by BIGINT REFERENCES atrium_person (id),
    claimed_until BIGINT,
    decision TEXT,
    decided_by BIGINT REFERENCES atrium_person (id),
    decided_at BIGINT,
    decision_reason TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX atrium_forum_review_open ON atrium_forum_review (post_id, reason) WHERE state = 'open';
CREATE INDEX atrium_forum_review_queue ON atrium_forum_review (state, score, id);

CREATE TABLE atrium_forum_read (
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    topic_id BIGINT NOT NULL REFERENCES atrium_forum_topic (id),
    number BIGINT NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, topic_id)
);
CREATE INDEX atrium_forum_read_topic ON atrium_forum_read (topic_id);
