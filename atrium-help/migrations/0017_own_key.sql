-- The key by which the head of a file names its article, wherever the file goes.
ALTER TABLE atrium_help_article ADD COLUMN own_key TEXT;
