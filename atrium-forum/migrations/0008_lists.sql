DROP INDEX atrium_forum_topic_list;
DROP INDEX atrium_forum_topic_recent;
DROP INDEX atrium_forum_topic_activity;
CREATE INDEX atrium_forum_topic_list ON atrium_forum_topic (category_id, pinned, last_visible_post_id,
    last_visible_at, state, readers, establishment_id, author_id, id);
CREATE INDEX atrium_forum_topic_recent ON atrium_forum_topic (last_visible_at, last_visible_post_id,
    category_id, state, readers, establishment_id, author_id, id);
CREATE INDEX atrium_forum_topic_activity ON atrium_forum_topic (last_visible_post_id, last_visible_at,
    category_id, state, readers, establishment_id, author_id, id);
CREATE INDEX atrium_forum_topic_unanswered ON atrium_forum_topic (last_visible_post_id,
    category_id, state, readers, establishment_id, author_id, kind, id, replies_public, accepted_post_id)
    WHERE replies_public = 0 AND accepted_post_id IS NULL;
CREATE INDEX atrium_forum_topic_unanswered_in ON atrium_forum_topic (category_id, pinned, last_visible_post_id,
    state, readers, establishment_id, author_id, kind, id, replies_public, accepted_post_id)
    WHERE replies_public = 0 AND accepted_post_id IS NULL;
CREATE INDEX atrium_forum_topic_restricted ON atrium_forum_topic (restricted_by, id) WHERE restricted_by IS NOT NULL;
CREATE INDEX atrium_forum_post_renderer ON atrium_forum_post (renderer, id);
