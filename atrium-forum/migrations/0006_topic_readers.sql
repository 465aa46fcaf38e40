ALTER TABLE atrium_forum_topic ADD COLUMN own_readers TEXT NOT NULL DEFAULT 'open';
ALTER TABLE atrium_forum_topic ADD COLUMN restricted_by BIGINT REFERENCES atrium_person (id);
UPDATE atrium_forum_topic SET own_readers = readers;
UPDATE atrium_forum_topic SET readers = 'confidential'
WHERE category_id IN (SELECT id FROM atrium_forum_category WHERE confidential);
UPDATE atrium_forum_category SET topics_public = 0, posts_public = 0 WHERE confidential;
