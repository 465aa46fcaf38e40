# What the record of administration calls what was done
act-core-role-granted = Rôle donné
act-core-role-forbidden = Rôle interdit
act-core-role-revoked = Rôle retiré
act-core-role-created = Rôle créé
act-core-role-edited = Rôle modifié
act-core-role-deleted = Rôle supprimé
act-core-person-created = Personne ajoutée
act-core-person-edited = Personne modifiée
act-core-person-suspended = Compte suspendu
act-core-person-restored = Compte rétabli
act-core-membership-begun = Appartenance commencée
act-core-membership-ended = Appartenance terminée
act-core-guardian-linked = Responsable ajouté
act-core-guardian-unlinked = Responsable retiré
act-core-identity-linked = Identité reliée
act-core-identity-unlinked = Identité détachée
act-core-group-created = Groupe créé
act-core-group-edited = Groupe modifié
act-core-group-joined = Entrée dans un groupe
act-core-group-left = Sortie d’un groupe
act-core-sector-created = Secteur ajouté
act-core-sector-edited = Secteur modifié
act-core-sector-joined = Établissement ajouté à un secteur
act-core-sector-left = Établissement retiré d’un secteur
act-core-sector-deleted = Secteur supprimé
act-core-establishment-created = Établissement ajouté
act-core-establishment-edited = Établissement modifié
act-core-catalogue-state-set = État d’un service modifié
act-core-catalogue-availability-set = Disponibilité d’un service modifiée
act-core-announcement-created = Annonce publiée
act-core-announcement-edited = Annonce modifiée
act-core-announcement-ended = Annonce terminée
act-core-login-signed-in = Connexion
act-core-login-signed-out = Déconnexion
act-core-login-refused = Connexion refusée
act-core-login-password-set = Mot de passe choisi
act-core-login-link-made = Lien à usage unique créé
act-core-login-account-named = Identifiant local donné
act-core-login-account-renamed = Identifiant local changé
act-core-login-sessions-revoked = Sessions fermées
act-core-login-program-created = Programme créé
act-core-login-token-created = Jeton d’accès créé
act-core-login-token-revoked = Jeton d’accès révoqué

subject-role = Rôle
subject-sector = Secteur
subject-group = Groupe
subject-announcement = Annonce
subject-service = Service
subject-session = Session

via-web = sur le site
via-api = par l’API
via-cli = en ligne de commande
via-system = automatique

# Les champs qu’une modification change, dans le journal
admin-audit-change = { $field } : { $from } → { $to }
admin-audit-changed = { $field } : changé
admin-audit-empty = (vide)
admin-audit-yes = oui
admin-audit-no = non
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

# Ce qui est noté avec un acte, dans le journal
detail-address = Depuis l’adresse { $value }
detail-assignment = Attribution n° { $value }
detail-because = Motif de l’attribution : « { $value } »
detail-by = Mot de passe choisi { $value }
detail-by-link = par un lien à usage unique
detail-by-manager = par la personne qui tient le compte
detail-by-owner = par la personne elle-même
detail-child = Élève : { $value }
detail-effect = { $value }
detail-effect-permit = C’était une autorisation
detail-effect-forbid = C’était une interdiction
detail-ended = { $count ->
    [0] Aucune session fermée
    [one] Une session fermée
   *[other] { $count } sessions fermées
}
detail-ends-at = Jusqu’au { $value }
detail-from = À partir du { $value }
detail-establishment = Établissement : { $value }
detail-group = Groupe : { $value }
detail-hours = { $count ->
    [one] Valable une heure
   *[other] Valable { $count } heures
}
detail-kept = Session gardée : n° { $value }
detail-key = { admin-role-key } : { $value }
detail-login = { admin-login-title } : { $value }
detail-membership = Appartenance n° { $value }
detail-name = { label-name } : { $value }
detail-permissions = { admin-permissions } : { $value }
detail-profile = { admin-profile } : { $value }
detail-reach = { $value }
detail-reach-read = Pour lire seulement
detail-reach-full = Pour lire et écrire
detail-role = { admin-role } : { $value }
detail-session = Session n° { $value }
detail-source = Origine : { $value }
detail-source-demo = démonstration
detail-source-host = application hôte
detail-source-manual = saisie sur place
detail-starts-at = À partir du { $value }
detail-token = Jeton n° { $value }
detail-traits = { admin-traits } : { $value }
detail-uai = UAI : { $value }
detail-until = Jusqu’au { $value }

act-core-settings-edited = Réglages modifiés
act-core-job-asked = Tâche lancée à la main
subject-settings = Réglages
subject-job = Tâche planifiée
setting-unknown = Ce réglage n’existe pas.
job-is-running = Cette tâche est déjà en cours.
job-core-events = Oubli des événements que tout le monde a traités
job-core-journal = Oubli des vieilles lignes du journal
job-core-paces = Oubli des compteurs de rythme
job-core-once = Oubli des clés d’idempotence
act-core-mail-address-restored = Courriel de nouveau envoyé à une adresse refusée
task-core-mail = Courriels
job-core-refused-addresses = Oubli des adresses refusées
act-core-task-retried = Travail en file repris
act-core-task-dropped = Travail en file supprimé
subject-task = File de travaux
detail-task = Travail : { $value }
detail-tasks = { $count ->
    [one] Un travail
   *[other] { $count } travaux
}
job-core-tasks = Oubli des travaux terminés
job-core-unknown-schools = Oubli des établissements inconnus
job-core-notices = Oubli des anciennes notifications
job-core-sessions = Oubli des sessions terminées
job-core-login-links = Oubli des liens à usage unique expirés
job-core-login-attempts = Oubli des tentatives de connexion
job-core-login-devices = Oubli des navigateurs qui ne servent plus
job-core-api-tokens = Oubli des jetons expirés
field-range-or-zero = 0, ou un nombre de { $min } à { $max }, est attendu.
act-core-person-exported = Données d’une personne remises
act-core-person-erased = Personne effacée
act-core-person-erasure-asked = Effacement demandé par la personne
act-core-person-erasure-withdrawn = Demande d’effacement annulée
privacy-core = L’identité, les appartenances, les rôles, le compte, les sessions, les jetons et les notifications. À l’effacement, tout cela est supprimé ; le journal garde les actes sans le nom de leur auteur.
detail-core-issuer = Émetteur : { $value }
