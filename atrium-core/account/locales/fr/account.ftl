# Mon compte.

account-title = Mon compte
account-identity = Identité
account-name = Nom
account-sessions = Sessions
account-sessions-help = Les navigateurs dans lesquels vous êtes connecté. Fermez ceux que vous ne reconnaissez pas, puis changez de mot de passe.
account-session-current = Celle-ci
account-session-seen = utilisée { $when }
account-session-since = ouverte le { $date }
account-session-end = Fermer cette session
account-session-ended = La session est fermée.
account-sessions-end = Fermer toutes les autres sessions
account-sessions-ended = Toutes les autres sessions sont fermées.
account-device-unknown = Navigateur inconnu
account-password-title = Changer de mot de passe
account-password-lead = Vos autres sessions seront fermées.
account-password-current = Mot de passe actuel
account-password-change = Changer de mot de passe
account-password-changed = Votre mot de passe est changé.
nav-account = Mon compte
account-data = Mes données
account-data-summary = Tout ce que la plateforme garde sur vous, dans un fichier.
account-data-lead = Voici ce que la plateforme garde sur vous, et ce que devient chaque chose si vous êtes effacé.
account-data-download = Télécharger mes données (JSON)
account-data-erase = Pour être effacé, adressez-vous à votre établissement ou à la Région.
