CREATE TABLE atrium_instance (
    id TEXT PRIMARY KEY
);
