-- Calls that the platform makes to other programs when something happens.
CREATE TABLE atrium_webhook (
    id {id},
    -- Whose rights decide what is sent.
    owner_id BIGINT NOT NULL REFERENCES atrium_person (id),
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    -- Keys of kinds of events, separated by spaces.
    kinds TEXT NOT NULL,
    -- Where the events happen; everywhere without either. A sector that is deleted leaves its webhooks without events.
    sector_id BIGINT,
    establishment_id BIGINT REFERENCES atrium_establishment (id),
    -- Sealed with the platform's key.
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_until BIGINT,
    state TEXT NOT NULL,
    -- Attempts that failed since the last one that did not.
    failures BIGINT NOT NULL,
    failing_since BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX atrium_webhook_owner ON atrium_webhook (owner_id);
CREATE TABLE atrium_webhook_delivery (
    id {id},
    webhook_id BIGINT NOT NULL REFERENCES atrium_webhook (id),
    -- The event's place in the outbox; a trial has none.
    xid BIGINT,
    event_id BIGINT,
    message TEXT NOT NULL,
    kind TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    -- What the receiver answered.
    status BIGINT,
    millis BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX atrium_webhook_delivery_newest ON atrium_webhook_delivery (webhook_id, id);
CREATE INDEX atrium_webhook_delivery_at ON atrium_webhook_delivery (at);
