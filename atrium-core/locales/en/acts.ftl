# What the record of administration calls what was done
act-core-role-granted = Role given
act-core-role-forbidden = Role forbidden
act-core-role-revoked = Assignment taken back
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
act-core-group-created = Group created
act-core-group-edited = Group changed
act-core-group-joined = Group joined
act-core-group-left = Group left
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

subject-role = Role
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
changed-name = Name
changed-kind = Kind
changed-kind-lycee = General upper secondary school
changed-kind-lycee-pro = Vocational upper secondary school
changed-kind-college = Lower secondary school
changed-kind-other = Other school
changed-kind-info = Announcement
changed-kind-maintenance = Maintenance
changed-kind-incident = Incident
changed-city = Town
changed-traits = Traits
changed-display-name = Shown name
changed-given-name = Given name
changed-family-name = Family name
changed-email = E-mail address
changed-locale = Language
changed-locale-fr = Français
changed-locale-en = English
changed-login = Account name
changed-label-fr = French name
changed-label-en = English name
changed-permissions = Rights
changed-state = State
changed-state-normal = Works
changed-state-degraded = Disturbed
changed-state-stopped = Stopped
changed-state-maintenance = Under maintenance
changed-note-fr = French note
changed-note-en = English note
changed-available = Available
changed-launch-url = Address
changed-service-key = Service
changed-title-fr = French title
changed-title-en = English title
changed-body-fr = French text
changed-body-en = English text
changed-starts-at = From
changed-ends-at = Until

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
detail-group = Group: { $value }
detail-hours = { $count ->
    [one] Valid for one hour
   *[other] Valid for { $count } hours
}
detail-kept = Session kept: no. { $value }
detail-key = Technical name: { $value }
detail-login = Login: { $value }
detail-membership = Membership no. { $value }
detail-name = Name: { $value }
detail-permissions = Rights: { $value }
detail-profile = Profile: { $value }
detail-role = Role: { $value }
detail-session = Session no. { $value }
detail-source = Origin: { $value }
detail-source-demo = demonstration
detail-source-host = host application
detail-source-manual = entered here
detail-starts-at = From { $value }
detail-traits = Traits: { $value }
detail-uai = UAI: { $value }
detail-until = Until { $value }
