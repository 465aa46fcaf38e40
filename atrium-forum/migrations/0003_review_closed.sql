CREATE INDEX atrium_forum_review_closed ON atrium_forum_review (decided_at, id) WHERE state <> 'open';
