CREATE INDEX atrium_forum_read_at ON atrium_forum_read (read_at);
