CREATE TABLE atrium_plugin_settings (
    owner TEXT PRIMARY KEY,
    -- What differs from the defaults, as a JSON object by key.
    chosen TEXT NOT NULL,
    version BIGINT NOT NULL
);
