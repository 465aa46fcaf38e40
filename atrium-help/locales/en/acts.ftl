# What the record of administration calls the help’s acts
act-help-content-synced = Help content synchronised

subject-help = Article
subject-content = Content
