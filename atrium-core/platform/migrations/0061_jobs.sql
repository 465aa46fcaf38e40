CREATE TABLE atrium_job (
    id TEXT PRIMARY KEY,
    due_at BIGINT NOT NULL,
    -- The node at work, until its lease ends.
    node TEXT,
    lease_until BIGINT,
    begun_at BIGINT,
    ended_at BIGINT,
    -- How much the last run changed.
    done BIGINT NOT NULL,
    -- In a row, up to now.
    failures BIGINT NOT NULL,
    error TEXT,
    error_at BIGINT
);
DELETE FROM atrium_setting WHERE name IN ('core.upkeep', 'core.upkeep_begun', 'core.upkeep_given_up');
