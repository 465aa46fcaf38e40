# What the record of administration calls what was done
act-core-role-granted = Rôle attribué
act-core-role-forbidden = Rôle interdit
act-core-role-revoked = Attribution retirée
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
act-core-group-created = Groupe créé
act-core-group-edited = Groupe modifié
act-core-group-joined = Entrée dans un groupe
act-core-group-left = Sortie d’un groupe
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
act-core-login-link-made = Lien de connexion créé
act-core-login-account-named = Identifiant attribué
act-core-login-account-renamed = Identifiant changé
act-core-login-sessions-revoked = Sessions fermées

subject-role = Rôle
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
changed-name = Nom
changed-kind = Type
changed-kind-lycee = Lycée
changed-kind-lycee-pro = Lycée professionnel
changed-kind-college = Collège
changed-kind-other = Autre établissement
changed-kind-info = Annonce
changed-kind-maintenance = Maintenance
changed-kind-incident = Incident
changed-city = Commune
changed-traits = Caractéristiques
changed-display-name = Nom affiché
changed-given-name = Prénom
changed-family-name = Nom de famille
changed-email = Adresse électronique
changed-locale = Langue
changed-locale-fr = Français
changed-locale-en = English
changed-login = Identifiant
changed-label-fr = Nom en français
changed-label-en = Nom en anglais
changed-permissions = Droits
changed-state = État
changed-state-normal = Fonctionne
changed-state-degraded = Perturbé
changed-state-stopped = Interrompu
changed-state-maintenance = En maintenance
changed-note-fr = Précision en français
changed-note-en = Précision en anglais
changed-available = Disponible
changed-launch-url = Adresse d’ouverture
changed-service-key = Service
changed-title-fr = Titre en français
changed-title-en = Titre en anglais
changed-body-fr = Texte en français
changed-body-en = Texte en anglais
changed-starts-at = Début
changed-ends-at = Fin

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
detail-group = Groupe : { $value }
detail-hours = { $count ->
    [one] Valable une heure
   *[other] Valable { $count } heures
}
detail-kept = Session gardée : n° { $value }
detail-key = Nom technique : { $value }
detail-login = Identifiant : { $value }
detail-membership = Appartenance n° { $value }
detail-name = Nom : { $value }
detail-permissions = Droits : { $value }
detail-profile = Profil : { $value }
detail-role = Rôle : { $value }
detail-session = Session n° { $value }
detail-source = Origine : { $value }
detail-source-demo = démonstration
detail-source-host = application hôte
detail-source-manual = saisie sur place
detail-starts-at = À partir du { $value }
detail-traits = Caractéristiques : { $value }
detail-uai = UAI : { $value }
detail-until = Jusqu’au { $value }
