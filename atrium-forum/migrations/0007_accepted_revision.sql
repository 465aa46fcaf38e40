ALTER TABLE atrium_forum_topic ADD COLUMN accepted_revision BIGINT;
UPDATE atrium_forum_topic SET accepted_revision =
    (SELECT p.revision FROM atrium_forum_post p WHERE p.id = atrium_forum_topic.accepted_post_id)
WHERE accepted_post_id IS NOT NULL;
