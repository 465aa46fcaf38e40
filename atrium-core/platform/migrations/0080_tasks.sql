CREATE TABLE atrium_task (
    id {id},
    kind TEXT NOT NULL,
    -- One task for a kind and a key, also once it is done, until its row is removed.
    unique_key TEXT NOT NULL,
    -- Empty once the task has ended.
    payload TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    -- Begun so far.
    attempts BIGINT NOT NULL,
    -- The node at work, until its lease ends.
    node TEXT,
    lease_until BIGINT,
    begun_at BIGINT,
    error TEXT,
    error_at BIGINT,
    done_at BIGINT,
    -- Given up: waits for an administrator.
    dead_at BIGINT,
    UNIQUE (kind, unique_key)
);
CREATE INDEX atrium_task_due ON atrium_task (kind, due_at, id) WHERE done_at IS NULL AND dead_at IS NULL;
CREATE INDEX atrium_task_leased ON atrium_task (kind, lease_until) WHERE node IS NOT NULL;
CREATE INDEX atrium_task_dead ON atrium_task (id) WHERE dead_at IS NOT NULL;
CREATE INDEX atrium_task_done ON atrium_task (done_at) WHERE done_at IS NOT NULL;
