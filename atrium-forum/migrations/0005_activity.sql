ALTER TABLE atrium_forum_topic ADD COLUMN last_visible_post_id BIGINT NOT NULL DEFAULT 0;
UPDATE atrium_forum_topic SET last_visible_post_id = COALESCE((SELECT p.id FROM atrium_forum_post p
    WHERE p.topic_id = atrium_forum_topic.id AND p.number = atrium_forum_topic.last_visible_number), 0);
DROP INDEX atrium_forum_topic_list;
DROP INDEX atrium_forum_topic_author;
CREATE INDEX atrium_forum_topic_list ON atrium_forum_topic (category_id, pinned, last_visible_post_id);
CREATE INDEX atrium_forum_topic_author ON atrium_forum_topic (author_id, last_visible_post_id);
CREATE INDEX atrium_forum_topic_activity ON atrium_forum_topic (last_visible_post_id);
ALTER TABLE atrium_forum_review ADD COLUMN closed_number BIGINT;
UPDATE atrium_forum_review SET closed_number = decided_at WHERE state <> 'open';
DROP INDEX atrium_forum_review_closed;
CREATE INDEX atrium_forum_review_closed ON atrium_forum_review (closed_number, id) WHERE state <> 'open';
