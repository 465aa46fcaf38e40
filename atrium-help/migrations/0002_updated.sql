ALTER TABLE atrium_help_article ADD COLUMN updated_on TEXT;
