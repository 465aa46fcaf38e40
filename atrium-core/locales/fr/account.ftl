# Mon compte.

account-title = Mon compte
account-identity = Identité
account-name = Nom
account-email = Adresse électronique
account-memberships = Établissements
account-roles = Rôles
account-sessions = Connexions
account-sessions-help = Les navigateurs dans lesquels vous êtes connecté. Fermez ceux que vous ne reconnaissez pas, puis changez de mot de passe.
account-session-current = Celle-ci
account-session-seen = utilisée { $when }
account-session-since = ouverte le { $date }
account-session-end = Fermer cette connexion
account-session-ended = La connexion est fermée.
account-sessions-end = Fermer toutes les autres connexions
account-sessions-ended = Toutes les autres connexions sont fermées.
account-device-unknown = Navigateur inconnu
account-password-title = Changer de mot de passe
account-password-lead = Vos autres connexions seront fermées.
account-password-current = Mot de passe actuel
account-password-change = Changer de mot de passe
account-password-changed = Votre mot de passe est changé.
