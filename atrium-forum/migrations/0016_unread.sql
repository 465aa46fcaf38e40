DROP INDEX atrium_forum_topic_activity;
CREATE INDEX atrium_forum_topic_activity ON atrium_forum_topic (last_visible_post_id, last_visible_at,
    category_id, state, readers, establishment_id, author_id, id, last_visible_number);
