ALTER TABLE atrium_forum_post ADD COLUMN state_cause TEXT NOT NULL DEFAULT 'said';
UPDATE atrium_forum_post SET state_cause = 'flags', state_reason = '' WHERE state = 'hidden' AND state_reason = 'flags';
