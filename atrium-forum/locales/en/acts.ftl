# What the record of administration calls the forum’s acts
act-forum-topic-created = Topic opened
act-forum-topic-submitted = Topic submitted
act-forum-topic-approved = Topic published
act-forum-topic-hidden = Topic hidden
act-forum-topic-deleted = Topic deleted
act-forum-topic-restored = Topic restored
act-forum-topic-locked = Topic locked
act-forum-topic-unlocked = Topic unlocked
act-forum-topic-pinned = Topic pinned
act-forum-topic-unpinned = Topic unpinned
act-forum-topic-refiled = Topic moved
act-forum-topic-restricted = Topic made confidential
act-forum-topic-opened = Topic opened to all readers
act-forum-topic-accepted = Answer accepted
act-forum-topic-reopened = Answer no longer accepted
act-forum-topic-answered-officially = Official answer
act-forum-topic-official-withdrawn = Official answer withdrawn
act-forum-post-created = Post published
act-forum-post-submitted = Post submitted
act-forum-post-approved = Post approved
act-forum-post-edited = Post edited
act-forum-post-edit-proposed = Edit proposed
act-forum-post-hidden = Post hidden
act-forum-post-deleted = Post deleted
act-forum-post-restored = Post restored
act-forum-post-flagged = Post flagged
act-forum-review-claimed = Review item taken
act-forum-review-released = Review item given back
act-forum-review-decided = Review decision
act-forum-category-created = Category created
act-forum-category-updated = Category changed

subject-forum = Topic
subject-forum-category = Category

# The fields that an edit changes, in the journal
changed-forum-slug = { forum-category-slug }
changed-forum-description = { forum-category-description }
changed-forum-establishment = { forum-category-establishment }
changed-forum-see = { forum-category-sees }
changed-forum-ask = { forum-category-asks }
changed-forum-answer = { forum-category-answers }
changed-forum-moderation = { forum-category-moderation }
changed-forum-moderation-open = { forum-moderation-open }
changed-forum-moderation-first-posts = { forum-moderation-first-posts }
changed-forum-moderation-all-posts = { forum-moderation-all-posts }
changed-forum-confidential = { forum-category-confidential-label }
changed-forum-template = { forum-category-template }
changed-forum-position = { forum-category-position }
changed-forum-category = { forum-category }
changed-forum-kind-question = { forum-kind-question }
changed-forum-kind-problem = { forum-kind-problem }
changed-forum-kind-wish = { forum-kind-wish }
changed-forum-kind-discussion = { forum-kind-discussion }
changed-forum-kind-announcement = { forum-kind-announcement }
changed-forum-readers = Readers
changed-forum-readers-open = Those of the category
changed-forum-readers-confidential = { forum-confidential }
changed-forum-pinned = { forum-pinned }
changed-forum-locked = { forum-locked }
changed-forum-accepted-post = { forum-accepted-answer }
changed-forum-accepted-revision = Accepted revision
changed-forum-official-post = { forum-official-answer }
changed-forum-title = { forum-ask-title-label }
changed-forum-text = { forum-edit-body }

# What is noted with an act, in the record
detail-forum-answer = { forum-category-answers }: { $value }
detail-forum-ask = { forum-category-asks }: { $value }
detail-forum-audience-public = { forum-audience-public }
detail-forum-audience-signed-in = { forum-audience-signed-in }
detail-forum-category = { forum-category }: { $value }
detail-forum-cause = { $value }
detail-forum-cause-edited = Because the text changed
detail-forum-cause-flags = After several flags
detail-forum-cause-said = By somebody’s decision
detail-forum-confidential = { forum-category-confidential-label }
detail-forum-decision = { $value }
detail-forum-decision-keep = What waited is kept or published
detail-forum-decision-remove = What waited is removed or refused
detail-forum-from = { $value }
detail-forum-from-deleted = Deleted until then
detail-forum-from-hidden = Hidden until then
detail-forum-from-pending = Pending until then
detail-forum-from-visible = Visible until then
detail-forum-item = Review item no. { $value }
detail-forum-moderation = { $value }
detail-forum-moderation-open = { forum-moderation-open }
detail-forum-moderation-first-posts = { forum-moderation-first-posts }
detail-forum-moderation-all-posts = { forum-moderation-all-posts }
detail-forum-number = Post { $value } of the topic
detail-forum-post = Post no. { $value }
detail-forum-reason = Flagged as: { $value }
detail-forum-reason-off-topic = { forum-flag-why-off-topic }
detail-forum-reason-other = { forum-flag-why-other }
detail-forum-reason-personal-data = { forum-flag-why-personal-data }
detail-forum-reason-rude = { forum-flag-why-rude }
detail-forum-reason-spam = { forum-flag-why-spam }
detail-forum-reopened = The question is open again
detail-forum-revision = Version { $value }
detail-forum-see = { forum-category-sees }: { $value }
detail-forum-slug = { forum-category-slug }: { $value }
detail-forum-topics-moved = { $count ->
    [one] One topic changes establishment
   *[other] { $count } topics change establishment
}
detail-forum-topics-opened = { $count ->
    [one] One topic can be read by every reader of the category again
   *[other] { $count } topics can be read by every reader of the category again
}
detail-forum-topics-restricted = { $count ->
    [one] One topic becomes confidential
   *[other] { $count } topics become confidential
}
changed-forum-audience-public = { forum-audience-public }
changed-forum-audience-signed-in = { forum-audience-signed-in }
