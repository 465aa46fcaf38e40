# What the record of administration calls the help’s acts
act-help-content-synced = Help content synchronised
event-help-article-published = Help article published
event-help-article-moved = Help article moved

subject-help = Article
subject-content = Content

# What is noted with an act, in the record
detail-help-added = { $count ->
    [0] No article added
    [one] One article added
   *[other] { $count } articles added
}
detail-help-changed = { $count ->
    [0] No article changed
    [one] One article changed
   *[other] { $count } articles changed
}
detail-help-removed = { $count ->
    [0] No article removed
    [one] One article removed
   *[other] { $count } articles removed
}
detail-help-root = Folder: { $value }
