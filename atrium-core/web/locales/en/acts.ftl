# What the record of administration calls what was done
act-core-role-granted = Role given
act-core-role-forbidden = Role forbidden
act-core-role-revoked = Role taken back
act-core-role-created = Role created
act-core-role-edited = Role changed
act-core-role-deleted = Role deleted
act-core-person-created = Person added
act-core-person-edited = Person changed
act-core-person-suspended = Account suspended
act-core-person-restored = Account restored
act-core-membership-begun = Membership begun
act-core-membership-ended = Membership ended
act-core-guardian-linked = Guardian added
act-core-guardian-unlinked = Guardian removed
act-core-identity-linked = Identity linked
act-core-identity-unlinked = Identity unlinked
act-core-group-created = Group created
act-core-group-edited = Group changed
act-core-group-joined = Group joined
act-core-group-left = Group left
act-core-sector-created = Sector added
act-core-sector-edited = Sector changed
act-core-sector-joined = School added to a sector
act-core-sector-left = School removed from a sector
act-core-sector-deleted = Sector deleted
act-core-establishment-created = School added
act-core-establishment-edited = School changed
act-core-catalogue-state-set = State of a service changed
act-core-catalogue-availability-set = Availability of a service changed
act-core-announcement-created = Announcement published
act-core-announcement-edited = Announcement changed
act-core-announcement-ended = Announcement ended
act-core-login-signed-in = Signed in
act-core-login-signed-out = Signed out
act-core-login-refused = Sign-in refused
act-core-login-password-set = Password set
act-core-login-link-made = One-time link made
act-core-login-account-named = Account named
act-core-login-account-renamed = Account renamed
act-core-login-sessions-revoked = Sessions closed
act-core-login-program-created = Program created
act-core-login-token-created = Access token made
act-core-login-token-revoked = Access token revoked

subject-role = Role
subject-sector = Sector
subject-group = Group
subject-announcement = Announcement
subject-service = Service
subject-session = Session

via-web = on the site
via-api = through the API
via-cli = on the command line
via-system = automatic

# The fields that an edit changes, in the journal
admin-audit-change = { $field }: { $from } → { $to }
admin-audit-changed = { $field }: changed
admin-audit-empty = (empty)
admin-audit-yes = yes
admin-audit-no = no
changed-name = { label-name }
changed-kind = { label-kind }
changed-kind-lycee = { admin-establishment-lycee }
changed-kind-lycee-pro = { admin-establishment-lycee-pro }
changed-kind-college = { admin-establishment-college }
changed-kind-other = { admin-establishment-other }
changed-kind-info = { core-announcement-info }
changed-kind-maintenance = { core-announcement-maintenance }
changed-kind-incident = { core-announcement-incident }
changed-city = { admin-establishment-city }
changed-traits = { admin-traits }
changed-display-name = { admin-display-name }
changed-given-name = { admin-given-name }
changed-family-name = { admin-family-name }
changed-email = { label-email }
changed-locale = { admin-locale }
changed-locale-fr = Français
changed-locale-en = English
changed-login = { admin-login-title }
changed-label-fr = { admin-label-fr }
changed-label-en = { admin-label-en }
changed-permissions = { admin-permissions }
changed-state = { admin-state }
changed-state-normal = { core-service-state-normal }
changed-state-degraded = { core-service-state-degraded }
changed-state-stopped = { core-service-state-stopped }
changed-state-maintenance = { core-service-state-maintenance }
changed-note-fr = { admin-note-fr }
changed-note-en = { admin-note-en }
changed-available = { admin-availability }
changed-launch-url = { admin-launch-url }
changed-service-key = { admin-service }
changed-title-fr = { admin-announcement-title-fr }
changed-title-en = { admin-announcement-title-en }
changed-body-fr = { admin-announcement-body-fr }
changed-body-en = { admin-announcement-body-en }
changed-starts-at = { admin-announcement-starts }
changed-ends-at = { admin-announcement-ends }

# What is noted with an act, in the record
detail-address = From the address { $value }
detail-assignment = Assignment no. { $value }
detail-because = Reason of the assignment: “{ $value }”
detail-by = Password chosen { $value }
detail-by-link = through a one-time link
detail-by-manager = by the person who keeps the account
detail-by-owner = by the person
detail-child = Student: { $value }
detail-effect = { $value }
detail-effect-permit = It was an authorisation
detail-effect-forbid = It was a prohibition
detail-ended = { $count ->
    [0] No session closed
    [one] One session closed
   *[other] { $count } sessions closed
}
detail-ends-at = Until { $value }
detail-from = From { $value }
detail-establishment = School: { $value }
detail-group = Group: { $value }
detail-hours = { $count ->
    [one] Valid for one hour
   *[other] Valid for { $count } hours
}
detail-kept = Session kept: no. { $value }
detail-key = { admin-role-key }: { $value }
detail-login = { admin-login-title }: { $value }
detail-membership = Membership no. { $value }
detail-name = { label-name }: { $value }
detail-permissions = { admin-permissions }: { $value }
detail-profile = { admin-profile }: { $value }
detail-reach = { $value }
detail-reach-read = To read only
detail-reach-full = To read and write
detail-role = { admin-role }: { $value }
detail-session = Session no. { $value }
detail-source = Origin: { $value }
detail-source-demo = demonstration
detail-source-host = host application
detail-source-manual = entered here
detail-starts-at = From { $value }
detail-token = Token no. { $value }
detail-traits = { admin-traits }: { $value }
detail-uai = UAI: { $value }
detail-until = Until { $value }

act-core-settings-edited = Settings changed
act-core-job-asked = Job run by hand
subject-settings = Settings
subject-job = Scheduled job
setting-unknown = There is no such setting.
job-is-running = This job is already running.
job-core-events = Forgetting events that everything has processed
job-core-journal = Forgetting old records of the journal
job-core-paces = Forgetting counters of pace
job-core-once = Forgetting idempotency keys
act-core-mail-address-restored = Mail sent again to a refused address
task-core-mail = Mail
job-core-refused-addresses = Forgetting refused addresses
act-core-task-retried = Queued task tried again
act-core-task-dropped = Queued task deleted
subject-task = Queue of tasks
detail-task = Task: { $value }
detail-tasks = { $count ->
    [one] One task
   *[other] { $count } tasks
}
job-core-tasks = Forgetting tasks that are done
job-core-unknown-schools = Forgetting unknown schools
job-core-notices = Forgetting old notifications
job-core-sessions = Forgetting sessions that have ended
job-core-login-links = Forgetting expired one-time links
job-core-login-attempts = Forgetting sign-in attempts
job-core-login-devices = Forgetting browsers that are no longer used
job-core-api-tokens = Forgetting expired tokens
field-range-or-zero = Expected 0, or a number from { $min } to { $max }.
act-core-person-exported = A person’s data handed over
act-core-person-erased = Person erased
act-core-person-erasure-asked = Erasure asked for by the person
act-core-person-erasure-withdrawn = Request for erasure withdrawn
privacy-core = Identity, memberships, roles, account, sessions, tokens and notifications. Erasure removes all of it; the journal keeps the acts without the name of who did them.
detail-core-issuer = Issuer: { $value }
