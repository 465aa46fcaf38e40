# My account.

account-title = My account
account-identity = Identity
account-name = Name
account-sessions = Sessions
account-sessions-help = The browsers in which you are signed in. End those you do not recognise, then change your password.
account-session-current = This one
account-session-seen = used { $when }
account-session-since = since { $date }
account-session-end = End this session
account-session-ended = The session has ended.
account-sessions-end = End all other sessions
account-sessions-ended = All other sessions have ended.
account-device-unknown = Unknown browser
account-password-title = Change password
account-password-lead = Your other sessions will end.
account-password-current = Present password
account-password-change = Change password
account-password-changed = Your password is changed.
nav-account = My account
account-data = My data
account-data-summary = Everything that the platform keeps about you, in a file.
account-data-lead = This is what the platform keeps about you, and what becomes of each thing if you are erased.
account-data-download = Download my data (JSON)
account-data-erase = To be erased, ask your school or the Region.
