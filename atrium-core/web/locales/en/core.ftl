# Words of the assistance: the shell, search, errors.

## The page

core-skip = Skip to content
core-wordmark-home = home
core-wordmark-second = Assistance
core-colophon = Help and forum of the digital workspace of the region’s schools.
core-other-language = Français
core-theme = Appearance
core-theme-auto = Automatic
core-theme-light = Light
core-theme-dark = Dark
core-announcements = Announcements
core-announcement-info = Announcement
core-announcement-maintenance = Maintenance
core-announcement-incident = Incident
core-announcement-until = Until { $date }
core-announcement-ends-before = The end must come after the start.
core-form-errors = { $count ->
    [one] One field needs correcting:
   *[other] { $count } fields need correcting:
}
core-stale = This page has changed meanwhile. Check, then try again.
core-stale-now = Saved meanwhile: { $now }
core-stale-empty = Saved meanwhile: nothing

core-cancel = Cancel
core-save = Save
core-from = from { $date }
core-until = until { $date }

core-js-suggestions = Suggestions
core-js-no-suggestion = No suggestion
core-js-copy-link = Copy the link to this passage
core-js-copied = Link copied
core-js-cancel = Cancel
core-js-draft-restored = Your draft was found again.
core-js-draft-drop = Discard the draft
core-js-preview-failed = The preview could not be made. Try again in a moment.

nav-main = Main navigation
nav-breadcrumb = You are here
nav-pages = Pages
nav-first-page = First page
nav-previous-page = Previous page
nav-last-page = Last page
nav-next-page = Next page
nav-help = Help
nav-admin = Administration
nav-sign-in = Sign in
nav-sign-out = Sign out
nav-my-menu = Menu of { $name }
nav-notices =
    { $count ->
        [0] Notifications
       *[other] Notifications: { $count } unread
    }
core-mentions = People who wrote here
core-former-member = Former member

## Durations

core-ago-now = just now
core-ago-minutes = { $count ->
    [one] a minute ago
   *[other] { $count } minutes ago
}
core-ago-hours = { $count ->
    [one] an hour ago
   *[other] { $count } hours ago
}
core-ago-days = { $count ->
    [one] yesterday
   *[other] { $count } days ago
}

## Home

core-home-title = { PRODUCT() } assistance
core-home-description = Find an answer about the services of { PRODUCT() }, the digital workspace of the region’s schools.
core-home-heading = A question about { PRODUCT() }?
core-home-lead = Ask it in your own words; typing errors do no harm.
core-home-services = Services

core-service-state-normal = Working
core-service-state-degraded = Degraded
core-service-state-stopped = Stopped
core-service-state-maintenance = Under maintenance

## Search

core-search-label = Search the assistance
core-search-placeholder = Search
core-search-placeholder-long = hand in homework…
core-search-go = Search
core-search-filling = The search index is being built: answers may still be missing, the newest are there first.
core-search-title = Search
core-search-title-for = “{ $query }”
core-search-count = { $count ->
    [0] No result
    [one] One result
   *[other] { $count } results
}
core-search-count-more = More than { $count } results
core-search-did-you-mean = Did you mean:
core-search-only-excludes = Say what you are looking for too: “-word” only leaves results out.
core-search-wordless = Write a word that says what you are looking for: “the” or “how” alone are not enough.
core-search-none = Nothing answers these words.
core-search-none-spelling = Try another word for the same thing.
core-search-none-fewer = Keep only the words that matter.
core-search-none-facets = Remove a filter.
core-search-near-services = The nearest services
core-search-your-services = No service is near: those of { PRODUCT() }
core-search-whom = Whom to ask
core-search-whom-visitor = Ask the digital referent of your school.
core-search-whom-member = Ask the digital referent of your school ({ $schools }).
core-search-whom-referent = Ask the Region’s support: it answers digital referents on the forum.
core-search-again = Search differently
core-search-distant = { $count ->
    [one] One page that holds only some of these words
   *[other] { $count } pages that hold only some of these words
}
core-search-start = Write a few words: a function, a task, an error message.
core-search-facets = Refine the results
core-search-facet-more = more than { $count }
core-search-facet-remove = (remove this filter)
core-search-facet-service = Service
core-search-facet-kind = Kind
core-badge-solved = Solved
core-badge-official = Official

## Fields

field-optional = (optional)
field-required = Fill in this field.
field-too-long = This is too long: { $max } characters at most.
field-too-short = This is too short: { $min } characters at least.
field-invalid = This value is not valid.
field-taken = This is already taken.
field-choice = Choose one of the answers offered.
field-unknown-choice = This answer is not in the list.
field-number = Write a number.
field-date = Write a date, for instance 2026-03-12.
field-datetime = Write a date and a time, for instance 2026-03-12T08:30.
field-date-order = The end must come after the start.
field-url = Write a full address that starts with https://.
field-email = This e-mail address is not valid.
field-slug = Lower-case letters, digits and hyphens only.
field-uai = This is not a UAI: seven digits and a check letter, for instance 0130001F.
field-mismatch = The two entries differ.
field-nul = This text contains a forbidden character.
field-invisible = This text contains invisible characters.
field-control-characters = This text contains control characters.
field-encoding = This text is not in UTF-8.
field-json = The body of the request is not the JSON expected: { $detail }
field-range = A number from { $min } to { $max } is expected.
field-query = The address contains a parameter that is not valid.
field-content-type = This type of content is not accepted here.
field-markdown-help = You can write Markdown: **bold**, *italic*, lists, links, “>” to quote.

## Errors

error-home = Back to the home page
error-reference = If the problem lasts, give this reference to support: { $id }
error-sign-in-again = Your session has ended. Sign in, then try again.
error-400-title = Request not understood
error-400-text = The address or the form contains something we could not read.
error-401-title = Sign-in needed
error-401-text = Sign in to see this page.
error-403-title = Access denied
error-typed-title = What you had written
error-typed-help = Copy it before you go back to the form.
error-forwarded = The proxy does not name the browser’s address in a readable way.
error-other-site = This request seems to come from another site, and was not carried out. Go back to the page and try again.
error-403-text = Your account does not allow opening this page or doing this. If you think this is a mistake, ask your school’s digital referent or the Region’s support.
error-404-title = Page not found
error-404-text = This page does not exist, has moved, or cannot be seen by you.
error-404-search = Search in your own words:
error-404-sign-in = Were you given this link? The page may be for certain accounts only.
error-405-title = Not possible here
error-405-text = This address does not answer this kind of request.
error-409-title = The page has changed meanwhile
error-409-text = Somebody else changed it while you were writing. Take the current version, then try again.
error-409-told-title = Not possible for the moment
error-413-title = Too large
error-413-text = What you sent is larger than allowed.
error-415-title = Format not accepted
error-415-text = This type of content is not accepted here.
error-422-title = To be corrected
error-422-text = Some fields need correcting.
error-429-title = Too many requests
error-429-text = { $seconds ->
    [0] Wait a little before trying again.
    [one] Wait one second before trying again.
   *[other] Wait { $seconds } seconds before trying again.
}
error-500-title = A problem on our side
error-500-text = The page could not be made. The technical team learns of it from its logs. Try again in a moment.
error-503-title = Not available for the moment
error-503-text = We are putting the service back. Try again in a moment.
error-503-busy = The server is very busy and could not answer in time. Try again in { $seconds } seconds.

## Roles

role-student = Pupil
role-guardian = Guardian
role-teacher = Teacher
role-leadership = Leadership
role-school-life = School life
role-staff = Staff
role-digital-referent = Digital referent
role-platform-admin = Platform administrator

# The API
core-api-title = The programming interface
core-api-description = What a person can do, a program can do, under the same checks. The whole document:
core-api-operation = Operation
core-api-summary = What it does

## Choosing a school

core-school-find = Search for a school
core-school-help = Name, town or UAI code.
core-school-searched = A school, to be searched for below
core-school-offered = Schools offered
core-school-or = Choose from the list or search for a school, not both.
error-412-title = Changed in the meantime
error-412-text = Somebody else has changed it since that version. Read it again, then retry with its new “ETag”.
error-428-title = Version needed
error-428-text = Give in “If-Match” the version that you have read: it is the “ETag” of the answer.
api-token-dead = This token is not valid here: unknown, expired, revoked, or shown elsewhere than below /api/v1.
api-token-outside = This token was not made for this operation.
core-once-malformed = This key has 8 to 64 letters, digits, “-” or “_”.
core-once-other = This key was used before, for another content.
core-once-under-way = The first request under this key has no answer yet, or was interrupted: check what is saved before sending another.
api-area-account = My account
api-area-administration = Administration
api-area-help = Online help
api-area-forum = Forum
api-area-files = Files
api-area-search = Search
api-area-markup = Preview of texts
letter-greeting = Hello { $name },

## Files

file-field = Attachments
file-field-hint = { $max } files at most: pictures ({ $picture } MB), PDF, office documents, texts and ZIP archives ({ $other } MB). The place and the device noted in a photograph are erased.
file-kept = Files sent already
file-attached = Attachments
file-size-bytes = { $size } bytes
file-size-kilo = { $size } kB
file-size-mega = { $size } MB
file-empty = “{ $file }” is empty.
file-kind = “{ $file }” is not of a kind that is taken: PNG, JPEG, WebP or GIF picture, PDF, office document, text or ZIP archive.
file-too-large = “{ $file }” is too large: { $max } MB at most.
file-unsafe = “{ $file }” is refused by the virus scanner.
file-picture-unreadable = The picture “{ $file }” cannot be read.
file-picture-large = The picture “{ $file }” has too many pixels: 50 million at most.
file-no-room = Your school has no room left for “{ $file }”.
file-too-many = Too many files: { $max } at most.
file-too-many-loose = You have sent many files: wait a moment before you send more.
file-gone = One of the files is no longer there: choose it again.
file-one = One file at a time.
file-form-too-large = This is too large: choose fewer files at a time.
mail-refused-malformed = It is not a mail.
mail-refused-too-large = The mail is too large.
mail-refused-duplicate = This mail had come in already.
mail-refused-automatic = It is an automatic answer.
mail-refused-own-address = It comes from the platform’s own address.
mail-refused-unknown-report = It is a delivery report about no mail that the platform sent.
mail-refused-unknown-address = The address for replies is not known.
mail-refused-wrong-sender = It does not come from the address of the person to whom the mail went.
mail-refused-too-old = The mail it replies to is more than three months old.
mail-refused-no-account = The person has no account any more.
mail-refused-empty = There was no text above the line for replies.
mail-refused-not-allowed = The topic is no longer there for this person, or they may not reply to it.
mail-refused-closed = The topic takes no more replies.
mail-refused-invalid = The text is too long, or shows nothing.
mail-refused-too-often = Too many replies came in within an hour.
mail-received = Published
mail-report = Delivery report, taken into account
mail-reply-above = Reply above this line
