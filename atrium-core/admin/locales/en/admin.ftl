# Administration.

core-edit = Edit

admin-title = Administration
admin-announcement-saved = The announcement is changed.
admin-service-saved = The state of the service is saved.
admin-traits-saved = The traits of the establishment are saved.
admin-establishment-added = The establishment is added.
admin-establishment-saved = The establishment is changed.
admin-group-saved = The name is changed.
admin-offers-saved = The services of the establishment are saved.
admin-person-saved = The person is changed.
admin-login-saved = The login is saved.
admin-role-added = The role is added.
admin-role-saved = The role is changed.
admin-choose = Choose
admin-add = Add
admin-over = Over
admin-reason = Reason
admin-reason-help = It is kept in the record, with your name.
admin-scope = Place
admin-scope-platform = The whole platform
admin-role = Role
admin-service = Service
admin-services-none = This site declares no service.

## First steps

admin-first-steps-title = First steps
admin-first-steps-open = { $count ->
    [0] All done: the platform is ready.
    [one] One step is left before the platform opens.
   *[other] { $count } steps are left before the platform opens.
}
admin-step-done = Done
admin-step-open = To do
admin-step-school-title = Add an establishment
admin-step-school-text = People, their rights and the answers of the help depend on their establishment.
admin-step-school-do = Add the first establishment
admin-step-school-done = See the establishments
admin-step-people-title = Add people
admin-step-people-text = Begin with the leadership and the digital referent of each establishment. From a person’s page, give them their roles and a link to choose a password.
admin-step-people-do = Add the first person
admin-step-people-done = See the people

## People

admin-people-title = People
admin-people-summary = Look somebody up, give them a role, open or suspend their account.
admin-people-search = Given or family name
admin-people-count = { $count ->
    [0] Nobody
    [one] One person
   *[other] { $count } people
}
admin-people-count-more = More than { $count } people
admin-school-placeholder = Name, town or UAI code
admin-school-unknown = No establishment that you may consult has this name or UAI code.
admin-school-several = Several establishments match this text: choose one below or add a word.
admin-people-none = Nobody answers to this search among the people you may look up.
admin-establishment = School
admin-establishment-any = All
admin-person-active = In use
admin-person-suspended = Suspended
admin-person-erased = Erased
admin-person-account = Account
admin-person-no-membership = No school that you may look up.
admin-person-no-role = No role given where you administer roles.
admin-person-new = Add a person
admin-person-edit = Edit a person
admin-person-added = The person is added.
admin-too-often = { $minutes ->
    [one] You have added many in a short time. Wait a minute and send this form again.
   *[other] You have added many in a short time. Wait { $minutes } minutes and send this form again.
}
admin-guardian-namesake = This pupil has a guardian of that name already. Is this somebody else?
admin-offers-others-saved = The other changes are saved.
admin-offer-stale = Somebody has just changed this service: { $now }. Save again to keep your choice.
admin-traits-stale = Somebody has just changed these traits: { $now }. Save again to keep your choice.
admin-person-namesake = A person of that name is there already. Is this somebody else?
admin-person-another = This is another person: add them all the same
admin-person-region = Region, no school
admin-given-name = Given name
admin-family-name = Family name
admin-display-name = Name shown
admin-display-name-help = Beside what they write. Without an answer, it is the given name and the family name.
admin-locale = Language of the pages
admin-profile = Profile
admin-profile-help = Needed as soon as the person has a school. A guardian is added from the pupil’s page.
admin-profile-of-region = Somebody of the Region, without a school, has no profile: choose one or the other.

## Memberships

admin-membership-new = Add a membership
admin-membership-added = The membership is added.
admin-membership-until-help = That day included. Without a date, the membership lasts until it is ended.
admin-membership-end = End
admin-membership-end-title = End a membership
admin-membership-end-text = { $name }: { $profile }, { $school }. The membership ends now, and with it their groups in this school.
admin-membership-ended = The membership has ended.

admin-membership-end-one-text = { $name }: { $profile }, { $school }. Only this origin ends now: the person stays in the school, and in their groups.
admin-source-manual = Added by hand
admin-source-host = Given by the host site
admin-source-demo = Demonstration world
admin-source-import = Imported from “{ $name }”

## Identities

admin-identities-title = External identities
admin-identities-none = No external identity.
admin-identity-external = Host site
admin-identity-new = Link an identity
admin-identity-issuer = Issuer
admin-identity-issuer-help = The address of the sign-on service, or the name of the directory. “external” is the host site.
admin-identity-subject = Key at this issuer
admin-identity-subject-help = Somebody who signs in under this key will be this person, with all their access.
admin-identity-move = Another person has this identity
admin-identity-moves = Take it from them and give it to this person
admin-identity-linked = The identity is linked.
admin-identity-unlink = Unlink
admin-identity-unlink-title = Unlink an identity
admin-identity-unlink-text = { $name } will no longer have the identity “{ $subject }” ({ $issuer }). Somebody who signs in under this key will be a new person, and what this source gave { $name } ends.
admin-identity-unlinked = The identity is unlinked.

## Guardians

admin-guardians-title = Guardians
admin-guardians-none = No guardian that you may look up.
admin-guardian-new = Add a guardian
admin-guardian-known = The person has an account already
admin-guardian-somebody = Or it is a new person
admin-guardian-either = Give either the name of an account or the names of a new person.
admin-guardian-unknown = None of the people you may look up has this account name.
admin-guardian-linked = The guardian is added.
admin-guardian-unlink = Take away
admin-guardian-unlink-title = Take a guardian away
admin-guardian-unlink-text = { $name } will no longer be a guardian of { $child } and will lose the access that comes from this pupil.
admin-guardian-unlinked = The guardian is taken away.

admin-suspend = Suspend the account
admin-suspend-title = Suspend the account
admin-suspend-text = { $name } will not be able to sign in any more. What they wrote stays.
admin-suspended = The account is suspended.
admin-restore = Restore the account
admin-restore-title = Restore the account
admin-restore-text = { $name } will be able to sign in again, with the roles they had.
admin-restored = The account is restored.

admin-login-title = Local account
admin-login-give = Give a local account
admin-login-rename = Change the account name
admin-login-help = 3 to 64 characters: letters without accents, digits, “.”, “-”, “_” and “@”.
admin-link = One-time link
admin-link-title = One-time link
admin-link-make = Make a one-time link
admin-link-help = With this link, the person chooses their own password. A new link replaces the one before.
admin-link-lead = Give this link to { $name } and to nobody else. It works once, within { $hours } hours. It will not be shown again.
admin-link-back = Back to the person

## Roles given

admin-grant = Give
admin-grant-title = Give a role
admin-granted = The role is given.
admin-granted-by = by { $name }, { $date }
admin-granted-locally = Given for the school: without the badge and the access that the Region gives.
admin-effect = Effect
admin-effect-permit = Permit
admin-effect-forbid = Forbid
admin-effect-help = What is forbidden beats every right of the person, in this place.
admin-valid-from = From
admin-valid-until = Until
admin-valid-until-help = That day included. Without a date, the role lasts until it is taken back.
admin-revoke = Take back
admin-revoke-title = Take a role back
admin-revoke-text = { $name }: { $role }, { $scope }.
admin-revoked = The role is taken back.
admin-origin-membership = Through their profile in the school
admin-origin-child = Through { $name }, their child
admin-origin-assignment = Given to the person
admin-origin-platform = the platform

## Roles

admin-roles-title = Roles
admin-roles-summary = What each role permits, and the roles of this platform’s own.
admin-role-count = { $count ->
    [0] No right
    [one] One right
   *[other] { $count } rights
}
admin-role-idle = “{ $permission }” allows nothing in this role, for want of: { $missing }.
admin-role-built-in = Built-in role, which cannot be edited
admin-role-absent = without effect
admin-role-absent-text = This role comes from a part of the platform that is no longer there. It gives no rights, and will again once that part is back.
admin-role-custom = Custom role
admin-role-new = Add a role
admin-role-edit = Edit a role
admin-role-delete = Delete
admin-role-delete-title = Delete a role
admin-role-delete-text = The role “{ $role }” will be gone. Nobody may hold it any more.
admin-role-deleted = The role is deleted.
admin-role-empty = This role permits nothing today.
admin-role-key = Technical name
admin-role-key-help = 2 to 40 characters: lower-case letters, digits and “_”. It does not change afterwards.
admin-label-fr = Name in French
admin-label-en = Name in English
admin-permissions = Rights

## Establishments

admin-establishments-title = Schools
admin-establishments-summary = Their details, their traits, the services they have.
admin-establishments-search = Name, town or UAI
admin-establishments-none = No school answers to this search.
admin-establishments-count = { $count ->
    [one] { $count } school
   *[other] { $count } schools
}
admin-establishments-empty = No school yet. Add the first one.
admin-establishment-new = Add a school
admin-establishment-edit = Edit a school
admin-establishment-people = See the people
admin-establishment-name = Name
admin-establishment-kind = Kind
admin-establishment-city = Town
admin-establishment-lycee = Upper secondary school
admin-establishment-lycee-pro = Vocational upper secondary school
admin-establishment-college = Lower secondary school
admin-establishment-other = Other
admin-uai = UAI (national identifier of the school)
admin-uai-help = Seven digits and a check letter.
admin-traits = Traits
admin-traits-label = Traits of the school
admin-traits-more = Other traits
admin-traits-help = Apart by spaces, in small letters without accents. Answers of the help depend on traits.
trait-manuels-numeriques = Digital textbooks
trait-sans-manuels-numeriques = No digital textbooks
admin-traits-none = None
admin-available = Available
admin-unavailable = Not available
admin-availability = In this school
admin-availability-general = As everywhere
admin-availability-yes = Available
admin-availability-no = Not available
admin-launch-url = Address of the school’s own
admin-launch-url-of-general-rule = For an address of its own, also choose “Available” or “Not available”.

## Classes and groups

admin-sectors-title = Sectors
admin-sectors-summary = Sets of schools, at which roles are given
admin-sectors-lead = A sector is a set of schools: a technician’s portfolio, an academy. A role that is given at a sector holds in each of its schools.
admin-sectors-list = The sectors
admin-sectors-search = Name of the sector
admin-sectors-none = No sector.
admin-sector-new = Add a sector
admin-sector-name-help = For example: Portefeuille Marseille nord.
admin-sector-added = The sector is added. You can put schools in it.
admin-sector-count = { $count ->
    [0] No school
    [one] One school
   *[other] { $count } schools
}
admin-sector-empty = No school so far.
admin-sector-add = Add a school
admin-sector-search = Name, town or UAI
admin-sector-found-more = Other schools answer to this search: be more precise.
admin-sector-joined = The school is added: roles given at the sector hold there now.
admin-sector-left = The school is removed: roles given at the sector no longer hold there.
admin-sector-delete = Delete the sector
admin-sector-delete-title = Delete a sector
admin-sector-delete-text = The sector “{ $name }” will be deleted. Its schools stay.
admin-sector-deleted = The sector is deleted.
admin-groups-title = Classes and groups
admin-groups-none = Neither class nor group so far.
admin-group-class = Class
admin-group-pupils = Group of pupils
admin-group-administrative = Group of staff
admin-group-count = { $count ->
    [0] Nobody
    [one] One person
   *[other] { $count } people
}
admin-group-new = Add a class or a group
admin-group-added = The class or group is added. You can put people in it.
admin-group-kind = Kind
admin-group-name = Name
admin-group-name-help = For instance: 2nde 3.
admin-group-rename = Change the name
admin-group-members = Who is in it
admin-group-empty = Nobody that you may look up.
admin-group-add = Add somebody of the school
admin-group-joined = The person is added.
admin-group-member-already = Is in it already.
admin-group-found-none = Nobody in the school answers to this search.
admin-group-found-more = More people answer to this search: give more of the name.
admin-group-remove = Take out
admin-group-left = The person is taken out.

## Services

admin-services-title = State of the services
admin-services-summary = Say that a service works, works badly, is stopped or under maintenance.
admin-state = State
admin-since = Since
admin-note-fr = A word on it in French
admin-note-en = A word on it in English
admin-note-help = One sentence, for those who use it.

## Announcements

admin-announcements-title = Announcements
admin-announcements-summary = What is said at the top of every page, from one date to another.
admin-announcements-none = No announcement.
admin-announcement-new = Publish an announcement
admin-announcement-edit = Edit an announcement
admin-announcement-published = The announcement is published.
admin-announcement-ended = The announcement has ended.
admin-announcement-end = End now
admin-announcement-coming = To come
admin-announcement-on = Shown
admin-announcement-over = Over
admin-announcement-span = from { $from } to { $until }
admin-announcement-kind = Kind
admin-announcement-no-service = All services
admin-announcement-title-fr = Title in French
admin-announcement-title-en = Title in English
admin-announcement-body-fr = Text in French
admin-announcement-body-en = Text in English
admin-announcement-starts = Start
admin-announcement-ends = End

## Why?

admin-explain-title = Why this right?
admin-explain-summary = Find out why somebody can, or can’t, do something here.
admin-explain-lead = Why can, or can’t, this person do this in this place?
admin-explain-person = Person:
admin-explain-choose = Look for a person first; their page leads to the question.
admin-explain-permission = Right
admin-explain-ask = Explain
admin-explain-allowed = Yes: “{ $permission }”, { $name } may do it here ({ $scope }).
admin-explain-refused = No: “{ $permission }”, { $name } may not do it here ({ $scope }).
admin-explain-grant = What permits it
admin-explain-otherwise = What would permit it if nothing forbade it
admin-explain-also = What would also do
admin-explain-forbids = What forbids it
admin-explain-nearest = What comes nearest
admin-explain-suffices = What would suffice
admin-explain-needs = What would be needed
admin-explain-suffices-role = The role “{ $role }”, given here ({ $scope }) or more widely.
admin-explain-suffices-profile = The profile “{ $role }”, through a membership ({ $scope }).
admin-explain-suffices-region = The role “{ $role }”, given by the Region ({ $scope }).
admin-explain-asked-above = This right does not hold for this place alone: it is asked for “{ $scope }”, and that is what is explained here.
admin-explain-suffices-lift = That what forbids it, above, be lifted.
admin-explain-suffices-lift-and = Then a role that gives this right here: nothing else allows it.
admin-miss-expired = This held here and is over.
admin-miss-not-yet = This will hold here and has not begun.
admin-miss-beside = This holds in the same school, not in this place.
admin-miss-elsewhere = This holds somewhere else.
admin-miss-neither = This holds somewhere else, and not at this time.

## Record

admin-audit-title = Record
admin-audit-summary = Who did what, when and why.
admin-audit-at = Date
admin-audit-actor = By
admin-audit-action = Action
admin-audit-subject = Subject
admin-audit-all-acts = Everything done to it
admin-audit-none = Nothing of the kind in the record.
admin-audit-subject-help = An account name, a school’s UAI, or a subject such as person:12.

# Programs and access tokens.
admin-programs-title = Programs
admin-programs-summary = Give a program an account, manage its access tokens.
admin-programs-lead = A program has an account of its own, without a name to sign in with and without a password. Give it a role on its page, then create a token.
admin-programs-none = No program yet.
admin-program-new = New program
admin-program-name = Name of the program
admin-program-name-help = Shown beside what it writes, and in the journal.
admin-program-purpose = What it is for
admin-program-purpose-help = For example: nightly export of classes, school life office.
admin-program-made = The program has its account. Give it a role on its page: without one, its tokens read only what is public.
admin-tokens-lead = The programs that act on behalf of this person through the API. Only they create their tokens.
admin-tokens-lead-program = The tokens by which { $name } uses the API, within its roles.
admin-tokens-none = No token in use.
admin-tokens-back = Back to the tokens
admin-token-everywhere = All schools
admin-token-school-help = Limited to one school, the token has none of the program’s rights elsewhere. What is public stays readable.
admin-token-keep = Keep it like a password: whoever has it acts as the program. If in doubt, revoke it.

# Settings
admin-settings-title = Settings
admin-settings-summary = Delays, thresholds and limits of each part of the platform.
admin-settings-none = No part of the platform has settings.
admin-settings-saved = The settings are saved.
admin-setting-default = Default: { $value }.
admin-setting-in-minutes = { $label } (in minutes)
admin-setting-in-hours = { $label } (in hours)
admin-setting-in-days = { $label } (in days)

# Scheduled jobs
admin-erasures-title = Requests for erasure
admin-erasures-summary = The people who ask to be erased.
admin-erasures-lead = Each request waits until you erase the person, or until they withdraw it.
admin-erasures-asked = Asked on { $date }
admin-erasures-none = No request.
admin-jobs-title = Scheduled jobs
admin-jobs-summary = What the platform does by itself: when, for how long, with what result.
admin-jobs-lead = One node runs each job. A job that fails is tried again, at intervals that grow to an hour.
admin-job = Job
admin-job-last = Last time
admin-job-next = Next time
admin-job-never = Never yet
admin-job-running = Running
admin-job-run = Run now
admin-job-asked = The job is due: a node takes it within seconds.
admin-job-took = { $took }, { $done ->
    [0] nothing to do
    [one] one item
   *[other] { $done } items
  }
admin-job-millis = { $count } ms
admin-job-seconds = { $count } s
admin-job-failing = { $count ->
    [one] Failed
   *[other] Failed { $count } times in a row
  }
admin-job-error = Last error, { $date }:

# Queued tasks
admin-tasks-title = Queued tasks
admin-tasks-lead = What an act leaves to be done next, such as an e-mail. A task that fails is tried again, at intervals that grow to an hour; one that fails too often is given up and waits for your decision.
admin-queues-none = Nothing is waiting.
admin-queue = Queue
admin-queue-waiting = Waiting
admin-queue-running = Running
admin-queue-dead = Given up
admin-queue-since = since { $date }
admin-queue-retry = Try all again
admin-dead-title = Tasks given up
admin-task = Task
admin-task-given-up = Given up
admin-task-error = Last error
admin-task-decide = Decision
admin-task-attempts = { $count ->
    [one] after one attempt
   *[other] after { $count } attempts
  }
admin-task-retry = Try again
admin-task-drop = Delete
admin-task-retried = Due again: a node takes it within seconds.
admin-task-dropped = The task is deleted.

# Personal data
admin-data-title = Personal data
admin-data-lead = What the platform keeps about this person, and what becomes of each thing when they are erased.
admin-data-download = Download their data (JSON)
admin-erase = Erase this person
admin-erase-title = Erase a person
admin-erase-text = { $name } will have no name, account or role any more. What they wrote stays, signed “former member” instead of their name. Nothing can be restored.
admin-erased = The person is erased.

# Mail
admin-mail-title = Mail
admin-mail-summary = Check that mail goes out, and look at refused addresses.
admin-mail-lead = The platform’s mail waits in a queue and goes out within seconds. What fails is tried again.
admin-mail-trial = Trial
admin-mail-trial-help = A trial letter is sent to your own address.
admin-mail-try = Send me a trial letter
admin-mail-tried = The trial letter is in the queue. If it does not arrive, look at the tasks given up and at the refused addresses.
admin-mail-no-address = Your account has no mail address: add it to your record for a trial.
admin-mail-off = This site sends no mail: the operator of the platform sets the server.
admin-mail-refused = Refused addresses
admin-mail-refused-help = A server said, at once or later in a delivery report, that these addresses do not exist, or no longer. Nothing is sent to them for a year. Correct the address in the person’s record, or write to it again if the refusal was a mistake.
admin-mail-none-refused = No address was refused.
admin-mail-person = Person
admin-mail-answer = Answer of the server
admin-mail-restore = Write again
admin-mail-received = Mail that came in
admin-mail-received-help = The last fifty mails that came in, replies and delivery reports, and what became of them. Neither their text nor their address is kept here.
admin-mail-no-replies = This site takes no replies by mail: whoever runs the platform sets the address for them.
admin-mail-none-received = No mail has come in.
admin-mail-outcome = Outcome
admin-mail-when = Received
admin-mail-unknown = Unknown
admin-mail-restored = Mail goes to this address again.

# Webhooks
admin-webhooks-title = Webhooks
admin-webhooks-summary = Have other programs called when something happens.
admin-webhooks-lead = A webhook calls another program when something happens on the platform. Messages are signed and hold numbers only: the receiver reads the rest by the API.
admin-webhooks-off = This program was built without webhooks: nothing is sent.
admin-webhooks-none = There is no webhook.
admin-webhook-new = New webhook
admin-webhook-edit = Edit the webhook
admin-webhook-takes-over = This webhook belongs to somebody else. If you change it, it becomes yours: your rights decide what is sent.
admin-webhook-name = Name
admin-webhook-name-help = The program that is called, for example.
admin-webhook-url = Address called
admin-webhook-url-help = It begins with https:// and is on the public network.
admin-webhook-scope = Place of the events
admin-webhook-scope-help = Only what happens there is sent.
admin-webhook-kinds = Events
admin-webhook-kinds-help = Each time, the platform checks that the webhook’s owner may read what the message is about.
admin-webhook-saved = The webhook is changed.
admin-webhook-owner = Owner: { $name }
admin-webhook-created = created on { $date }
admin-webhook-state-active = Active
admin-webhook-state-paused = Paused
admin-webhook-state-gone = Paused: receiver gone
admin-webhook-state-failing = Paused: repeated failures
admin-webhook-failures = { $count ->
    [one] one failure
   *[other] { $count } failures in a row
  }
admin-webhook-failing-since = since { $date }
admin-webhook-both-secrets = Until { $date }, messages are signed with the old secret and with the new one.
admin-webhook-manage = Manage
admin-webhook-try = Send a trial message
admin-webhook-tried = The trial message is in the queue: its result appears among the messages.
admin-webhook-pause = Pause
admin-webhook-paused = The webhook is paused: nothing is sent to it.
admin-webhook-resume = Resume
admin-webhook-resumed = The webhook is called again.
admin-webhook-replace-title = Replace the secret
admin-webhook-replace-text = The webhook “{ $name }” gets a new secret. For a day, messages are signed with both, so that the receiver’s can be changed meanwhile.
admin-webhook-replace-button = Replace the secret
admin-webhook-delete-title = Delete the webhook
admin-webhook-delete-text = The webhook “{ $name }” and the list of its messages are deleted. This cannot be undone.
admin-webhook-delete-button = Delete the webhook
admin-webhook-deleted = The webhook is deleted.
admin-webhook-deliveries = Messages
admin-webhook-deliveries-help = The messages of the last thirty days. One that fails is tried again for a day, less and less often.
admin-webhook-no-delivery = No message was sent.
admin-webhook-message = Message
admin-webhook-outcome = Result
admin-webhook-when = Date
admin-webhook-attempt = attempt { $number }, { $millis } ms
admin-webhook-redeliver = Send again
admin-webhook-again = The message is in the queue: it goes out within seconds, under the same number.
admin-webhook-outcome-delivered = Delivered
admin-webhook-outcome-refused = Refused by the receiver
admin-webhook-outcome-unreachable = Receiver cannot be reached
admin-webhook-outcome-timed-out = No answer in time
admin-webhook-outcome-untrusted = Certificate not valid
admin-webhook-outcome-forbidden-address = Address that the platform does not call
admin-webhook-outcome-owner-without-right = Not sent: the owner may no longer manage this webhook
admin-webhook-outcome-hidden = Not sent: the owner may not read what it is about
admin-webhook-outcome-paused = Not sent: webhook paused meanwhile
admin-webhook-outcome-unsealed = Secret cannot be read: replace it
admin-webhook-secret-title = Secret of the webhook
admin-webhook-secret-once = It is shown only this once.
admin-webhook-secret-label = Secret of the webhook “{ $name }”
admin-webhook-secret-keep = Copy it into the settings of the receiver, which verifies signatures with it.
admin-webhook-back = Back to the webhook

# Letters
letter-trial-subject = Trial of the mail of { $site }
letter-trial-text = If you read this message, the mail of { $site } arrives.
letter-trial-why = You receive this message because you asked for a trial in the administration.
