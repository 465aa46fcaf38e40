# Signing in.

login-title = Sign in
login-lead = With the account name given by your school or by the Region.
login-name = Account name
login-password = Password
login-forgotten = Forgotten your password? The digital referent of your school can give you a link to choose another.
login-busy = Many people are signing in right now. Try again in a few seconds.
login-unusable = Your account could not be taken over here. You can read the help; for anything else, ask your school’s digital referent.
login-refused = The account name or the password is not right.
login-suspended = This account is suspended. Ask your school’s digital referent or the Region’s support.
login-wait = { $seconds ->
    [one] Too many attempts. Wait one second before trying again.
   *[other] Too many attempts. Wait { $seconds } seconds before trying again.
}
login-signed-out = You have signed out.
login-set-password-title = Choose your password
login-set-password-lead = For the account of { $name }. This link works only once.
login-set-password = Save and sign in
login-password-set = Your password is saved and you are signed in.
login-name-keep = Note it down: you will need it each time you sign in.
login-new-password = New password
login-password-again = The same again
login-password-help = At least { $min } characters. A sentence that is easy to remember does very well.
login-password-short = Too short: at least { $min } characters.
login-password-long = Too long: at most { $max } characters.
login-password-is-name = Your account name cannot be your password.
login-password-common = This password is too common. Choose a sentence of your own instead.
login-current-wrong = This is not your present password.
login-name-length = An account name has { $min } to { $max } characters.
login-name-characters = Only letters without accents, digits and the signs “.”, “-”, “_” and “@”.
login-name-taken = This account name is taken.
login-no-account = This person has no local account.

# A form that came after the session had ended
login-unsent-kept = Your session has ended. Sign in: what you wrote is kept, and you can send it afterwards.
login-unsent-other = This account is not the one that was writing: its text was not sent, and is not shown here.
login-signed-in = You are signed in.
login-unsent-title = One thing left to send
login-unsent-lead = You are signed in again. What you had written has not been sent yet.
login-unsent-send = Send now
login-password-same = This is the present password: choose another one.
login-link-dead = This sign-in link no longer works: it was used, it has expired, another one replaced it, or your rights have changed since. Ask whoever gave it to you for another.
login-program-signs-in = A program has no account name: it has tokens.
