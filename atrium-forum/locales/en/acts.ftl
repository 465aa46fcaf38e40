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
act-forum-topic-refiled = Topic filed elsewhere
act-forum-topic-restricted = Topic made confidential
act-forum-topic-opened = Topic made public
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
changed-forum-slug = Word in addresses
changed-forum-description = Description
changed-forum-establishment = School
changed-forum-see = Who reads
changed-forum-ask = Who asks
changed-forum-answer = Who answers
changed-forum-moderation = Moderation
changed-forum-moderation-open = Nothing is reviewed
changed-forum-moderation-first-posts = First posts are reviewed
changed-forum-moderation-all-posts = Everything is reviewed
changed-forum-confidential = Confidential
changed-forum-template = Model
changed-forum-position = Place
changed-forum-category = Category
changed-forum-kind-question = Question
changed-forum-kind-problem = Problem
changed-forum-kind-wish = Wish
changed-forum-kind-discussion = Discussion
changed-forum-kind-announcement = Announcement
changed-forum-readers = Readers
changed-forum-readers-open = Those of the category
changed-forum-readers-confidential = Confidential
changed-forum-pinned = Pinned
changed-forum-locked = Locked
changed-forum-accepted-post = Accepted answer
changed-forum-accepted-revision = Accepted revision
changed-forum-official-post = Official answer
changed-forum-title = Title
changed-forum-text = Text

# What is noted with an act, in the record
detail-forum-answer = Answer: { $value }
detail-forum-ask = Ask: { $value }
detail-forum-audience-public = everybody
detail-forum-audience-signed-in = everybody signed in
detail-forum-category = Category no. { $value }
detail-forum-cause = { $value }
detail-forum-cause-edited = Because the text changed
detail-forum-cause-flags = After several flags
detail-forum-cause-said = By somebody’s decision
detail-forum-confidential = Confidential category
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
detail-forum-moderation-open = Published at once
detail-forum-moderation-first-posts = First posts reviewed
detail-forum-moderation-all-posts = Every post reviewed
detail-forum-number = Post { $value } of the topic
detail-forum-post = Post no. { $value }
detail-forum-reason = Flagged as: { $value }
detail-forum-reason-off-topic = off topic
detail-forum-reason-other = something else
detail-forum-reason-personal-data = personal data
detail-forum-reason-rude = offensive
detail-forum-reason-spam = advertising
detail-forum-reopened = The question is open again
detail-forum-revision = Version { $value }
detail-forum-see = See: { $value }
detail-forum-slug = Address: { $value }
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
changed-forum-audience-public = everybody
changed-forum-audience-signed-in = everybody signed in
