# Words of the forum.

forum-nav = Forum
forum-nav-moderation = Moderation
forum-title = Forum
forum-home-title = On the forum
forum-home-lead = The digital referents and the Region exchange here directly. The Region stands by its answers.
forum-home-more = The whole forum
forum-home-empty = No category is open to you.
forum-service-topics = { $count ->
    [0] In the forum, no topics
    [one] In the forum, one topic
   *[other] In the forum, { $count } topics
}
forum-body-shows-nothing = This text would show nothing.
forum-review-own = This message is yours: another moderator has to decide.
forum-too-often = { $minutes ->
    [one] You are writing very often. Wait a minute and send this text again.
   *[other] You are writing very often. Wait { $minutes } minutes and send this text again.
}
forum-home-recent = Latest topics
forum-view-label = Views
forum-view-all = All
forum-view-unread = Unread
forum-view-mine = My topics
forum-view-unanswered = Unanswered
forum-categories = Categories
forum-category = Category
forum-category-topics = { $count ->
    [0] No topic
    [one] One topic
   *[other] { $count } topics
}
forum-category-unread = { $count } unread
forum-category-empty = No topic yet.
forum-category-confidential = Each question is seen only by the school that asks it and by the Region.
forum-category-help = The help of this service
forum-edit-category = Edit the category
forum-manage-categories = Manage the categories
forum-review-link = Review queue: { $count ->
    [0] nothing waits
    [one] one post waits
   *[other] { $count } posts wait
}
forum-ask-here = Ask a question
forum-feed-title = New topics: { $category }
forum-topic-by = by { $name }
forum-last-by = last message by { $name },
forum-replies-word = { $count ->
    [one] reply
   *[other] replies
}

forum-official = Official
forum-accepted = Accepted
forum-solved = Solved
forum-pinned = Pinned
forum-locked = Locked
forum-confidential = Confidential
forum-pending = Pending
forum-hidden = Hidden
forum-deleted = Deleted
forum-unread = Unread:
forum-official-answer = Official answer of the Region
forum-accepted-answer = Accepted answer
forum-answer-read = Read this answer
forum-rewritten = Changed after it was accepted.
forum-answers = Answers that stand out
forum-edited = edited
forum-message-number = Message { $number }
forum-state-pending = Awaiting approval.
forum-state-hidden = Hidden message.
forum-state-deleted = Deleted message.
forum-topic-pending = This topic awaits approval. Only you and the moderators see it.
forum-topic-hidden = This topic is hidden.
forum-topic-deleted = This topic is deleted.
forum-replies = Replies
forum-replies-count = { $count ->
    [0] No reply
    [one] One reply
   *[other] { $count } replies
}
forum-first-unread = Go to the first unread
forum-last-message = Go to the last message
forum-manage = Manage the topic

forum-accept = Accept this answer
forum-unaccept = No longer accept
forum-make-official = Make official
forum-unmake-official = No longer official
forum-quote = Quote
forum-edit = Edit
forum-flag = Flag
forum-moderate = Moderate
forum-moderate-topic = Hide or delete
forum-restore = Restore
forum-pin = Pin
forum-unpin = Unpin
forum-lock = Lock
forum-unlock = Unlock
forum-make-confidential = Make confidential
forum-make-open = Open to all readers
forum-refile = Move the topic
forum-refile-send = Move

forum-reply = Reply
forum-reply-label = Your reply
forum-reply-send = Send the reply
forum-reply-reviewed = A moderator will read your message before it is published.
forum-preview = Preview
forum-sign-in-to-reply = Sign in to reply

## Asking, editing

forum-kind-question = Question
forum-kind-problem = Problem
forum-kind-wish = Wish
forum-kind-discussion = Discussion
forum-kind-announcement = Announcement
forum-quality-region = Region
forum-ask-lead = One question per topic: the answer will serve everybody.
forum-search-ask = Ask on the forum
forum-search-ask-meta = Your search becomes the topic’s title.
forum-ask-title = Ask a question
forum-ask-title-label = Title
forum-ask-title-help = In one sentence, what happens or what you are looking for.
forum-ask-choose = Choose
forum-ask-kind = Kind
forum-ask-body = Your message
forum-ask-body-help = Say what you tried, on which device, and what is shown. Write no password and no pupil’s name.
forum-ask-establishment = On behalf of
forum-ask-confidential = Confidential question
forum-ask-confidential-help = Seen only by your school and the Region.
forum-ask-send = Publish
forum-similar = Perhaps answered already:
forum-edit-body = Message
forum-file-remove = Remove
forum-file-remove-sure = Remove “{ $file }” from this message? The file is deleted for good.
forum-flash-file-removed = The attachment is removed.
forum-edit-reason = Reason for the edit
forum-edit-reason-help = It is kept in the history.
forum-edit-send = Save
forum-edit-conflict = This message was edited meanwhile.
forum-edit-conflict-title = The current text
forum-edit-conflict-text = This message was edited while you were writing. Your text is kept below: add what is missing, then save.
forum-cancel = Cancel
forum-save = Save
forum-revisions-back = Back to the discussion
forum-revision-number = Version { $number }
forum-edit-withholds = This message quotes what you may not read. Each quotation is replaced by a mark, like { "{{" }citation-1{ "}}" }: leave it to keep the quotation, erase it to remove it.
forum-quote-mark-displaced = A quotation mark cannot be moved into a sentence, a table or code: leave it alone on its line.
forum-quote-mark-unknown = A quotation mark stands for no quotation of this message. Open the page again, then start over.
forum-edit-files-reviewed = Your changes wait for review here: files cannot be added to them. Attach them to a reply.
forum-edit-unmarks = This is the official answer of the Region. If you change it, it loses that mark, and the Region reads it again before giving it back.
forum-edit-waiting = Your previous change is waiting for review. This one will take its place.
forum-revision-refused = Refused
forum-revision-current = Current
forum-change-added = {"["}added:
forum-change-added-end = end of addition{"]"}
forum-change-removed = {"["}removed:
forum-change-removed-end = end of removal{"]"}
forum-revision-whole = The whole text
forum-review-changes = What changes

## Flagging, moderating

forum-flag-lead = A moderator will read this message. Its author will not know who flagged it.
forum-flag-reason = What is wrong with this message?
forum-flag-why-personal-data = Personal data
forum-flag-why-rude = Inappropriate
forum-flag-why-off-topic = Off topic
forum-flag-why-spam = Advertising
forum-flag-why-other = Something else
forum-flag-note = Details
forum-flag-note-help = What the moderator should know.
forum-flag-send = Send the flag
forum-flag-again = You have flagged this text already. If it is changed, you may flag it again.
forum-flag-edited = This message was changed while you were reading it. Read it again before you flag it.
forum-flag-earlier = about an earlier version
forum-flag-back = Back to the message
forum-moderate-action = What to do with this message?
forum-moderate-hide = Hide
forum-moderate-hide-help = Moderators and its author still see it, and it can be restored.
forum-moderate-delete = Delete
forum-moderate-delete-help = It is gone for all but the moderators.
forum-moderate-reason = Reason
forum-moderate-reason-help = The author will read it. It is kept in the record.
forum-moderate-send = Apply
forum-hidden-by-flags = Hidden after several flags, until a moderator decides.
forum-review-title = Review queue
forum-review-lead = Messages that were flagged or await approval. Every decision is kept in the record.
forum-review-empty = Nothing to review.
forum-review-mine = Taken by you
forum-review-claimed-by = Taken by { $name }
forum-review-reason = Reason for the decision
forum-review-keep = Keep the message
forum-review-approve = Publish
forum-review-hide = Hide
forum-review-official-again = Make it official again
forum-review-official-not = Leave it unmarked
forum-review-official-region = Somebody entitled to answer for the Region has to decide.
forum-review-claim = Take it
forum-review-release = Give it back
forum-review-claimed = Another moderator has taken it.
forum-review-changed = This message has changed since the page was opened. Read it again.
forum-review-decided-before = It has been decided already.
forum-review-decided = { $name } has decided already.
forum-review-withdrawn = Its author has taken this post back: nothing is left to decide.
forum-history-title = Recent decisions
forum-history-lead = What left the queue where you moderate: who decided it, when and why.
forum-history-empty = No decision yet.
forum-history-by = Decided by { $name }
forum-revision-said = “{ $reason }”
forum-said = : “{ $reason }”
forum-history-kept = Kept
forum-history-removed = Removed
forum-history-published = Published
forum-history-not-published = Not published
forum-history-edit-taken = Change published
forum-history-edit-refused = Change refused
forum-history-official-again = Official again
forum-history-official-not = Left without the official mark
forum-history-withdrawn = Taken back by its author, without a decision

## Categories

forum-step-categories-title = Open categories in the forum
forum-step-categories-text = Topics are filed by category. One category for each service is enough to begin with: digital referents, leadership, STIL agents and the Region read and answer there.
forum-step-categories-do = Choose the categories yourself
forum-step-categories-done = See the categories
forum-step-first-category-title = Open categories in the forum
forum-step-first-category-text = Topics are filed by category. One or two are enough to begin with.
forum-step-first-category-do = Make a category
forum-step-first-category-done = See the categories
forum-categories-none = No category yet.
forum-categories-defaults = Make a category for each service
forum-categories-defaults-help = Each service without a category gets one, read by digital referents, leadership, STIL agents and the Region. You can change each of them.
forum-flash-categories-made = Each service now has its category.
forum-flash-categories-there = Each service had its category already: none was added.
forum-categories-title = Forum categories
forum-category-new = New category
forum-category-name = Name
forum-category-slug = Address
forum-category-slug-help = Lower-case letters, digits and hyphens. It is part of the page’s address.
forum-category-description = Description
forum-category-service = Service
forum-category-no-service = No service
forum-category-position = Rank
forum-category-sees = May see
forum-category-who-sees = Who sees the category
forum-category-asks = May ask
forum-category-who-asks = Who asks in it
forum-category-answers = May answer
forum-category-who-answers = Who answers in it
forum-category-audience-help = Whoever answers to one of the ticked lines is among them. None ticked: nobody.
forum-category-moderation = Moderation
forum-moderation-open = Published at once
forum-moderation-first-posts = First messages reviewed
forum-moderation-all-posts = Every message reviewed
forum-category-confidential-label = Confidential category
forum-category-template = Message template
forum-category-template-help = Offered to whoever asks a question.

## Refusals

forum-answer-not-a-reply = Only a reply of this topic can be accepted or made official.
forum-ask-not-yours = You cannot ask in this category.
forum-ask-signed-in = Sign in to ask a question.
forum-reply-not-yours = You cannot reply in this category.
forum-establishment-not-yours = This school is not yours.
forum-kind-not-yours = You cannot publish a topic of this kind.
forum-audience-unknown = “{ $word }” names no known audience.
forum-category-not-yours = You cannot move this topic into this category.
forum-category-reviewed = Messages of this category are reviewed before they are published: the topic cannot enter it this way.
forum-cursor-invalid = The address of this page of the list is not valid.
forum-slug-invalid = Lower-case letters, digits and hyphens only, starting with a letter.
forum-slug-reserved = This address is reserved.
forum-slug-taken = Another category has this address already.
forum-state-conflict = The state of this message has changed meanwhile. Read the page again.
forum-topic-locked = This topic is locked: no more replies.
forum-topic-not-visible = This topic is not published: no replies.
forum-write-key-invalid = The form is damaged. Open the page again, then try again.

## Titles and what follows

forum-edit-title = Edit the message
forum-flag-title = Flag a message
forum-moderate-title = Moderate a message
forum-refile-title = Move the topic
forum-revisions-title = Versions of the message
forum-flash-asked = Your topic is published.
forum-flash-asked-before = This topic was sent already: here it is.
forum-flash-replied = Your reply is published.
forum-flash-edited = The message is saved.
forum-flash-claimed = You have taken this one: the other moderators see it.
forum-flash-released = It is back in the queue.
forum-flash-sent-before = This reply was sent already: here it is.
forum-flash-pending = Your message is saved. It will be published once a moderator has read it.
forum-flash-edit-proposed = Your edit will be published once a moderator has read it.
forum-flash-flagged = Thank you. The moderators have been told.
forum-flash-accepted = The reply is accepted: the topic is solved.
forum-flash-unaccepted = The reply is no longer accepted.
forum-flash-official = The reply is official: it commits the Region.
forum-flash-unofficial = The reply is no longer official.
forum-flash-locked = The topic is locked: it takes no more replies.
forum-flash-unlocked = The topic is unlocked: it takes replies again.
forum-flash-pinned = The topic is pinned on top of its category.
forum-flash-unpinned = The topic is no longer pinned.
forum-flash-restricted = The topic is confidential.
forum-flash-opened = The topic is open to every reader of its category.
forum-flash-refiled = The topic is moved.
forum-flash-topic-hidden = The topic is hidden.
forum-flash-topic-deleted = The topic is deleted.
forum-flash-topic-restored = The topic is restored.
forum-flash-post-hidden = The post is hidden.
forum-flash-post-deleted = The post is deleted.
forum-flash-post-restored = The post is restored.
forum-flash-kept = The post is kept.
forum-flash-published = The post is published.
forum-flash-not-published = The post is not published: only its author and the moderators see it.
forum-flash-edit-taken = The change is published.
forum-flash-edit-refused = The change is refused: the text of before stays.
forum-flash-official-not = The reply stays without the official mark.
forum-flash-category-saved = The category is saved.
forum-review-why-flag = Flag
forum-review-why-first-post = First message
forum-review-why-all-posts = Reviewed category
forum-review-why-edit = Edit
forum-review-why-official = Official answer changed
forum-review-current = Current text
forum-review-proposed = Proposed text
forum-category-establishment = School
forum-category-no-establishment = All
forum-audience-public = everybody
forum-audience-signed-in = anybody signed in
forum-quote-withheld = The quoted post can no longer be seen.
forum-delete-own = Delete
forum-delete-own-title = Delete my post
forum-moderate-reason-own = For the moderators, if you wish to explain.
forum-manage-categories-summary = Who sees, asks and answers in each category of the forum.

## Who reads what, before it changes

forum-consequences-title = { $count ->
    [one] A topic of this category changes readers. Check before you save.
   *[other] { $count } topics of this category are concerned. Check before you save.
}
forum-consequences-readers = Readers today: { $before }. Readers afterwards: { $after }.
forum-consequences-narrower = { $count ->
    [one] Fewer readers: people who read this topic no longer will.
   *[other] Fewer readers: people who read these { $count } topics no longer will.
}
forum-consequences-wider = { $count ->
    [one] More readers: people who do not read this topic will, with all its replies.
   *[other] More readers: people who do not read these { $count } topics will, with all their replies.
}
forum-consequences-restricted = { $count ->
    [one] One topic becomes confidential: only the school that asked it and the Region will read it.
   *[other] { $count } topics become confidential: only the schools that asked them and the Region will read them.
}
forum-consequences-opened = { $count ->
    [one] One topic can be read again by all readers of the category.
   *[other] { $count } topics can be read again by all readers of the category.
}
forum-consequences-kept = { $count ->
    [one] One topic stays confidential: it was asked so.
   *[other] { $count } topics stay confidential: they were asked so.
}
forum-consequences-moved = { $count ->
    [one] One topic moves to another school.
   *[other] { $count } topics move to another school.
}
forum-consequences-confirm = Confirm and save
forum-refile-confidential = This topic is confidential because its author or a moderator wanted it so: it stays so in any category.
forum-refile-confidential-category = This topic is confidential because its category is. In an open category, all readers of that category will read it, with all its replies.
forum-move-title = This move changes who reads the topic. Check before you confirm.
forum-move-leaves = You will no longer read it yourself.
forum-move-confirm = Confirm the move
forum-readers-nobody = nobody
forum-readers-at = { $who } ({ $school })
forum-readers-school = { $school } and the Region only
forum-readers-region = the person who asked it and the Region only
forum-category-is-confidential = All topics of this category are confidential.
forum-restrict-readers = Only the person who asked this topic, their school and the Region will read it.
forum-restrict-leaves = You will no longer read it yourself. You can undo this, without reading it, from the next page or from the review queue.
forum-restrict-leave = Go to the forum
forum-restricted-topic = Topic no. { $number }, made confidential
forum-restricted-readers = You made this topic confidential. You no longer read it.
forum-restricted-undo = If that was a mistake, open it again to all readers of its category.
forum-restricted-list = Made confidential by you

## Why this right

forum-explain-place = Forum: { $category }
forum-explain-sees = To see the category: { $who } ({ $place }).
forum-explain-asks = To be among those who ask in this category: { $who } ({ $place }).
forum-explain-answers = To be among those who answer in this category: { $who } ({ $place }). Whoever asked a question may answer it too.
forum-explain-right-anywhere = To hold the right through one of these roles, anywhere: { $roles }.
forum-explain-right-here = To hold the right through one of these roles, for: { $place }. Roles: { $roles }.
forum-explain-right-of-schools = This person holds it for the topics of: { $schools }.
forum-explain-belongs = To belong to this school ({ $place }), so that the topic is filed under it.
forum-explain-no-category = That a category of the forum be open here.
forum-explain-forbidden = That what forbids it here be lifted ({ $place }).
forum-explain-given-by-region = The role of this person was given for their school: here, it counts only when the Region gave it.

# The settings of the forum
settings-forum = Forum
setting-forum-first-posts = First posts reviewed
setting-forum-first-posts-help = In categories that review newcomers: the number of published posts from which a person no longer waits for a review.
setting-forum-hiding-flags = Flags that hide a post
setting-forum-hiding-flags-help = The number of different people whose flags hide a post until a moderator decides.
setting-forum-review-claim = Length of a claim
setting-forum-review-claim-help = How long a moderator keeps an item of the queue.
setting-forum-topics-per-hour = Questions per person and hour
setting-forum-topics-per-hour-help = Beyond that, the person is asked to wait, and what they wrote is kept.
setting-forum-replies-per-hour = Replies per person and hour
setting-forum-replies-per-hour-help = Beyond that, the person is asked to wait, and what they wrote is kept.
setting-forum-flags-per-hour = Flags per person and hour
setting-forum-flags-per-hour-help = Beyond that, the person is asked to wait.
setting-forum-keep-read-marks = Keeping of read marks (in days)
setting-forum-keep-read-marks-help = A topic that old then counts as read. 0 keeps them for ever.
job-forum-read-marks = Forgetting old read marks
privacy-forum = Questions, replies and their versions, flags, decisions and read marks. Erasure keeps the texts, without the name, for those who read them; read marks and the comments of flags are removed.
role-moderator = Moderator
search-kind-forum = Forum
notice-forum-reply =
    { $count ->
        [one] New reply to your topic
       *[other] { $count } new replies to your topic
    }
notice-forum-reply-kind = A reply to one of my topics
notice-forum-reply-hint = When someone answers a question that you asked. Several replies to one topic are one notification, until you read it.
notice-forum-mention =
    { $count ->
        [one] A message calls you by name
       *[other] { $count } messages call you by name
    }
notice-forum-mention-kind = A message that names me
notice-forum-mention-hint = When someone writes @ followed by your first and last name, in a topic that you may read.
notice-forum-official = Your topic has an official answer
notice-forum-official-kind = An official answer to one of my topics
notice-forum-official-hint = When an answer that commits the Region is given to your question.
notice-forum-accepted = Your reply was accepted
notice-forum-accepted-kind = One of my replies is accepted
notice-forum-accepted-hint = When the person who asked, or a moderator, accepts your reply as the answer.
notice-forum-published = Your message is published
notice-forum-published-kind = One of my messages is published
notice-forum-published-hint = When a moderator publishes or restores what you wrote.
notice-forum-withheld = Your message is no longer published
notice-forum-withheld-kind = One of my messages is hidden or deleted
notice-forum-withheld-hint = When a moderator, or several flags, withdraw what you wrote. The reason stands on the message.
forum-letter-refused = Your reply to “{ $topic }” was not published
forum-letter-refused-untitled = Your reply by mail was not published
forum-letter-refused-text = You replied by mail to a message of the forum. Your text was not published; it is still among the messages that you sent.
forum-letter-refused-why = You get this mail because a reply came from your address.
forum-letter-open = Open the topic and reply there
