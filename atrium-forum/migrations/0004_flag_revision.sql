CREATE TABLE atrium_forum_flag_of_revision (
    id {id},
    post_id BIGINT NOT NULL REFERENCES atrium_forum_post (id),
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    revision BIGINT NOT NULL,
    reason TEXT NOT NULL,
    comment TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (post_id, person_id, revision)
);
INSERT INTO atrium_forum_flag_of_revision (post_id, person_id, revision, reason, comment, state, created_at)
SELECT f.post_id, f.person_id,
    COALESCE((SELECT MAX(r.number) FROM atrium_forum_revision r
        WHERE r.post_id = f.post_id AND r.state = 'published' AND r.created_at <= f.created_at), 1),
    f.reason, f.comment, f.state, f.created_at
FROM atrium_forum_flag f ORDER BY f.id;
DROP TABLE atrium_forum_flag;
ALTER TABLE atrium_forum_flag_of_revision RENAME TO atrium_forum_flag;
