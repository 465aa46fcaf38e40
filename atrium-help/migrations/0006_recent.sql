CREATE INDEX atrium_help_article_updated ON atrium_help_article (updated_at);
