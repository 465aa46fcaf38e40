# Administration.

core-edit = Modifier

admin-title = Administration
admin-announcement-saved = L’annonce est modifiée.
admin-service-saved = L’état du service est enregistré.
admin-traits-saved = Les caractéristiques de l’établissement sont enregistrées.
admin-establishment-added = L’établissement est ajouté.
admin-establishment-saved = La fiche de l’établissement est modifiée.
admin-group-saved = Le nom est changé.
admin-offers-saved = Les services de l’établissement sont enregistrés.
admin-person-saved = La fiche de la personne est modifiée.
admin-login-saved = L’identifiant est enregistré.
admin-role-added = Le rôle est ajouté.
admin-role-saved = Le rôle est modifié.
admin-choose = Choisir
admin-add = Ajouter
admin-over = Terminé
admin-reason = Motif
admin-reason-help = Il est conservé dans le journal, avec votre nom.
admin-scope = Lieu
admin-scope-platform = Toute la plateforme
admin-role = Rôle
admin-service = Service
admin-services-none = Ce site ne déclare aucun service.

## Premiers pas

admin-first-steps-title = Premiers pas
admin-first-steps-open = { $count ->
    [0] Tout est fait : la plateforme est prête.
    [one] Une étape reste à faire avant d’ouvrir la plateforme.
   *[other] { $count } étapes restent à faire avant d’ouvrir la plateforme.
}
admin-step-done = Fait
admin-step-open = À faire
admin-step-school-title = Ajouter un établissement
admin-step-school-text = Les personnes, leurs droits et les réponses de l’aide dépendent de leur établissement.
admin-step-school-do = Ajouter le premier établissement
admin-step-school-done = Voir les établissements
admin-step-people-title = Ajouter des personnes
admin-step-people-text = Commencez par la direction et le référent numérique de chaque établissement. Depuis la fiche d’une personne, donnez-lui ses rôles et un lien pour choisir son mot de passe.
admin-step-people-do = Ajouter la première personne
admin-step-people-done = Voir les personnes

## Personnes

admin-people-title = Personnes
admin-people-summary = Chercher une personne, lui donner un rôle, ouvrir ou suspendre son compte.
admin-people-search = Nom ou prénom
admin-people-count = { $count ->
    [0] Personne
    [one] Une personne
   *[other] { $count } personnes
}
admin-people-count-more = Plus de { $count } personnes
admin-school-placeholder = Nom, ville ou code UAI
admin-school-unknown = Aucun établissement ne porte ce nom ou ce code UAI parmi ceux que vous pouvez consulter.
admin-school-several = Plusieurs établissements répondent à ce texte : choisissez-en un ci-dessous ou précisez.
admin-people-none = Personne ne répond à cette recherche parmi les personnes que vous pouvez consulter.
admin-establishment = Établissement
admin-establishment-any = Tous
admin-person-active = Actif
admin-person-suspended = Suspendu
admin-person-erased = Effacé
admin-person-account = Compte
admin-person-no-membership = Aucun établissement que vous pouvez consulter.
admin-person-no-role = Aucun rôle donné là où vous administrez les rôles.
admin-person-new = Ajouter une personne
admin-person-edit = Modifier une personne
admin-person-added = La personne est ajoutée.
admin-too-often = { $minutes ->
    [one] Vous en avez ajouté beaucoup en peu de temps. Attendez une minute et renvoyez ce formulaire.
   *[other] Vous en avez ajouté beaucoup en peu de temps. Attendez { $minutes } minutes et renvoyez ce formulaire.
}
admin-guardian-namesake = Cet élève a déjà un responsable de ce nom. Est-ce bien quelqu’un d’autre ?
admin-offers-others-saved = Les autres changements sont enregistrés.
admin-offer-stale = Quelqu’un vient de changer ce service : { $now }. Enregistrez de nouveau pour garder votre choix.
admin-traits-stale = Quelqu’un vient de changer ces caractéristiques : { $now }. Enregistrez de nouveau pour garder votre choix.
admin-person-namesake = Une personne de ce nom est déjà là. Est-ce bien quelqu’un d’autre ?
admin-person-another = C’est une autre personne : l’ajouter quand même
admin-person-region = Région, sans établissement
admin-given-name = Prénom
admin-family-name = Nom de famille
admin-display-name = Nom affiché
admin-display-name-help = À côté de ses messages. Sans réponse, c’est le prénom suivi du nom.
admin-locale = Langue des pages
admin-profile = Profil
admin-profile-help = À choisir dès que la personne a un établissement. Un responsable légal s’ajoute depuis la page de l’élève.
admin-profile-of-region = Une personne de la Région, sans établissement, n’a pas de profil : choisissez l’un ou l’autre.

## Appartenances

admin-membership-new = Ajouter une appartenance
admin-membership-added = L’appartenance est ajoutée.
admin-membership-until-help = Ce jour compris. Sans date, l’appartenance dure jusqu’à ce qu’on y mette fin.
admin-membership-end = Terminer
admin-membership-end-title = Terminer une appartenance
admin-membership-end-text = { $name } : { $profile }, { $school }. L’appartenance prend fin maintenant, avec les groupes de cet établissement.
admin-membership-ended = L’appartenance est terminée.

admin-membership-end-one-text = { $name } : { $profile }, { $school }. Seule cette origine prend fin maintenant : la personne reste dans l’établissement, et dans ses groupes.
admin-source-manual = Ajouté à la main
admin-source-host = Donné par le site d’accueil
admin-source-demo = Monde de démonstration
admin-source-import = Importé de « { $name } »

## Identités

admin-identities-title = Identités externes
admin-identities-none = Aucune identité externe.
admin-identity-external = Site d’accueil
admin-identity-new = Relier une identité
admin-identity-issuer = Émetteur
admin-identity-issuer-help = L’adresse du service de connexion, ou le nom de l’annuaire. « external » est le site d’accueil.
admin-identity-subject = Identifiant chez cet émetteur
admin-identity-subject-help = Qui se connecte sous cet identifiant sera cette personne, avec tous ses accès.
admin-identity-move = Une autre personne a cette identité
admin-identity-moves = La lui retirer et la donner à cette personne
admin-identity-linked = L’identité est reliée.
admin-identity-unlink = Détacher
admin-identity-unlink-title = Détacher une identité
admin-identity-unlink-text = { $name } n’aura plus l’identité « { $subject } » ({ $issuer }). Qui se connecte sous cet identifiant sera une nouvelle personne, et ce que cette source avait donné à { $name } prend fin.
admin-identity-unlinked = L’identité est détachée.

## Responsables

admin-guardians-title = Responsables
admin-guardians-none = Aucun responsable que vous pouvez consulter.
admin-guardian-new = Ajouter un responsable
admin-guardian-known = La personne a déjà un compte
admin-guardian-somebody = Ou c’est une nouvelle personne
admin-guardian-either = Donnez soit l’identifiant d’un compte, soit le nom d’une nouvelle personne.
admin-guardian-unknown = Aucune des personnes que vous pouvez consulter n’a cet identifiant.
admin-guardian-linked = Le responsable est ajouté.
admin-guardian-unlink = Retirer
admin-guardian-unlink-title = Retirer un responsable
admin-guardian-unlink-text = { $name } ne sera plus responsable { DE($child) } et perdra les accès qui viennent de cet élève.
admin-guardian-unlinked = Le responsable est retiré.

admin-suspend = Suspendre le compte
admin-suspend-title = Suspendre le compte
admin-suspend-text = { $name } ne pourra plus se connecter. Ses messages restent en place.
admin-suspended = Le compte est suspendu.
admin-restore = Rétablir le compte
admin-restore-title = Rétablir le compte
admin-restore-text = { $name } pourra de nouveau se connecter, avec les rôles d’avant.
admin-restored = Le compte est rétabli.

admin-login-title = Identifiant local
admin-login-give = Donner un identifiant local
admin-login-rename = Changer l’identifiant
admin-login-help = De 3 à 64 caractères : lettres sans accent, chiffres, « . », « - », « _ » et « @ ».
admin-link = Lien à usage unique
admin-link-title = Lien à usage unique
admin-link-make = Créer un lien à usage unique
admin-link-help = Avec ce lien, la personne choisit elle-même son mot de passe. Un nouveau lien remplace le précédent.
admin-link-lead = Transmettez ce lien à { $name }, et à personne d’autre. Il sert une seule fois, pendant { $hours } heures. Il ne sera plus affiché.
admin-link-back = Retour à la fiche

## Rôles donnés

admin-grant = Donner
admin-grant-title = Donner un rôle
admin-granted = Le rôle est donné.
admin-granted-by = par { $name }, le { $date }
admin-granted-locally = Donné pour l’établissement : sans la mention ni les accès que donne la Région.
admin-effect = Effet
admin-effect-permit = Autoriser
admin-effect-forbid = Interdire
admin-effect-help = Interdire l’emporte sur toutes les autorisations de la personne, dans ce lieu.
admin-valid-from = À partir du
admin-valid-until = Jusqu’au
admin-valid-until-help = Ce jour compris. Sans date, le rôle reste jusqu’à ce qu’on le retire.
admin-revoke = Retirer
admin-revoke-title = Retirer un rôle
admin-revoke-text = { $name } : { $role }, { $scope }.
admin-revoked = Le rôle est retiré.
admin-origin-membership = Par son profil dans l’établissement
admin-origin-child = Par { $name }, dont c’est l’élève
admin-origin-assignment = Donné à la personne
admin-origin-platform = la plateforme

## Rôles

admin-roles-title = Rôles
admin-roles-summary = Ce que chaque rôle permet, et les rôles propres à la plateforme.
admin-role-count = { $count ->
    [0] Aucun droit
    [one] Un droit
   *[other] { $count } droits
}
admin-role-idle = « { $permission } » ne permet rien dans ce rôle, faute de : { $missing }.
admin-role-built-in = Rôle d’origine, qui ne se modifie pas
admin-role-absent = sans effet
admin-role-absent-text = Ce rôle vient d’une partie de la plateforme qui n’est plus là. Il ne donne aucun droit ; il en donnera de nouveau quand elle reviendra.
admin-role-custom = Rôle ajouté
admin-role-new = Ajouter un rôle
admin-role-edit = Modifier un rôle
admin-role-delete = Supprimer
admin-role-delete-title = Supprimer un rôle
admin-role-delete-text = Le rôle « { $role } » disparaîtra. Personne ne doit plus l’avoir.
admin-role-deleted = Le rôle est supprimé.
admin-role-empty = Ce rôle ne permet rien aujourd’hui.
admin-role-key = Nom technique
admin-role-key-help = De 2 à 40 caractères : lettres minuscules, chiffres et « _ ». Il ne change plus ensuite.
admin-label-fr = Nom en français
admin-label-en = Nom en anglais
admin-permissions = Droits

## Établissements

admin-establishments-title = Établissements
admin-establishments-summary = Leur fiche, leurs caractéristiques, les services qu’ils ont.
admin-establishments-search = Nom, commune ou UAI
admin-establishments-none = Aucun établissement ne répond à cette recherche.
admin-establishments-count = { $count ->
    [one] { $count } établissement
   *[other] { $count } établissements
}
admin-establishments-empty = Aucun établissement encore. Ajoutez le premier.
admin-establishment-new = Ajouter un établissement
admin-establishment-edit = Modifier un établissement
admin-establishment-people = Voir les personnes
admin-establishment-name = Nom
admin-establishment-kind = Type
admin-establishment-city = Commune
admin-establishment-lycee = Lycée
admin-establishment-lycee-pro = Lycée professionnel
admin-establishment-college = Collège
admin-establishment-other = Autre
admin-uai = UAI (identifiant de l’établissement)
admin-uai-help = Sept chiffres et une lettre de contrôle.
admin-traits = Caractéristiques
admin-traits-label = Caractéristiques de l’établissement
admin-traits-more = Autres caractéristiques
admin-traits-help = Séparées par des espaces, en minuscules et sans accents. Les réponses de l’aide dépendent des caractéristiques.
trait-manuels-numeriques = Manuels numériques
trait-sans-manuels-numeriques = Sans manuels numériques
admin-traits-none = Aucune
admin-available = Disponible
admin-unavailable = Non disponible
admin-availability = Dans cet établissement
admin-availability-general = Comme partout
admin-availability-yes = Disponible
admin-availability-no = Non disponible
admin-launch-url = Adresse propre à l’établissement
admin-launch-url-of-general-rule = Pour une adresse propre, choisissez aussi « Disponible » ou « Non disponible ».

## Classes et groupes

admin-sectors-title = Secteurs
admin-sectors-summary = Des ensembles d’établissements, où des rôles sont donnés
admin-sectors-lead = Un secteur réunit des établissements : le portefeuille d’un technicien, une académie. Un rôle donné sur un secteur vaut dans chacun de ses établissements.
admin-sectors-list = Les secteurs
admin-sectors-search = Nom du secteur
admin-sectors-none = Aucun secteur.
admin-sector-new = Ajouter un secteur
admin-sector-name-help = Par exemple : Portefeuille Marseille nord.
admin-sector-added = Le secteur est ajouté. Vous pouvez y mettre des établissements.
admin-sector-count = { $count ->
    [0] Aucun établissement
    [one] Un établissement
   *[other] { $count } établissements
}
admin-sector-empty = Aucun établissement pour l’instant.
admin-sector-add = Ajouter un établissement
admin-sector-search = Nom, commune ou UAI
admin-sector-found-more = D’autres établissements répondent à cette recherche : précisez le nom.
admin-sector-joined = L’établissement est ajouté : les rôles donnés sur le secteur y valent maintenant.
admin-sector-left = L’établissement est retiré : les rôles donnés sur le secteur n’y valent plus.
admin-sector-delete = Supprimer le secteur
admin-sector-delete-title = Supprimer un secteur
admin-sector-delete-text = Le secteur « { $name } » sera supprimé. Ses établissements restent.
admin-sector-deleted = Le secteur est supprimé.
admin-groups-title = Classes et groupes
admin-groups-none = Ni classe ni groupe pour l’instant.
admin-group-class = Classe
admin-group-pupils = Groupe d’élèves
admin-group-administrative = Groupe de personnels
admin-group-count = { $count ->
    [0] Personne
    [one] Une personne
   *[other] { $count } personnes
}
admin-group-new = Ajouter une classe ou un groupe
admin-group-added = La classe ou le groupe est ajouté. Vous pouvez y mettre des personnes.
admin-group-kind = Type
admin-group-name = Nom
admin-group-name-help = Par exemple : 2nde 3.
admin-group-rename = Changer le nom
admin-group-members = Qui en fait partie
admin-group-empty = Personne que vous pouvez consulter.
admin-group-add = Ajouter une personne de l’établissement
admin-group-joined = La personne est ajoutée.
admin-group-member-already = En fait déjà partie.
admin-group-found-none = Personne ne répond à cette recherche dans l’établissement.
admin-group-found-more = D’autres personnes répondent à cette recherche : précisez le nom.
admin-group-remove = Retirer
admin-group-left = La personne est retirée.

## Services

admin-services-title = État des services
admin-services-summary = Dire qu’un service fonctionne, est perturbé, interrompu ou en maintenance.
admin-state = État
admin-since = Depuis
admin-note-fr = Précision en français
admin-note-en = Précision en anglais
admin-note-help = Une phrase, pour les utilisateurs.

## Annonces

admin-announcements-title = Annonces
admin-announcements-summary = Les messages affichés en haut de toutes les pages, d’une date à une autre.
admin-announcements-none = Aucune annonce.
admin-announcement-new = Publier une annonce
admin-announcement-edit = Modifier une annonce
admin-announcement-published = L’annonce est publiée.
admin-announcement-ended = L’annonce est terminée.
admin-announcement-end = Terminer maintenant
admin-announcement-coming = À venir
admin-announcement-on = Affichée
admin-announcement-over = Terminée
admin-announcement-span = du { $from } au { $until }
admin-announcement-kind = Nature
admin-announcement-no-service = Tous les services
admin-announcement-title-fr = Titre en français
admin-announcement-title-en = Titre en anglais
admin-announcement-body-fr = Texte en français
admin-announcement-body-en = Texte en anglais
admin-announcement-starts = Début
admin-announcement-ends = Fin

## Pourquoi ?

admin-explain-title = Pourquoi ce droit ?
admin-explain-summary = Savoir pourquoi une personne peut, ou ne peut pas, faire quelque chose ici.
admin-explain-lead = Pourquoi cette personne peut-elle, ou ne peut-elle pas, faire cela dans ce lieu ?
admin-explain-person = Personne :
admin-explain-choose = Cherchez d’abord une personne ; sa page mène à « Pourquoi ? ».
admin-explain-permission = Droit
admin-explain-ask = Expliquer
admin-explain-allowed = Oui : « { $permission } », { $name } le peut ici ({ $scope }).
admin-explain-refused = Non : { $name } n’a pas ici le droit « { $permission } » ({ $scope }).
admin-explain-grant = Ce qui l’autorise
admin-explain-otherwise = Ce qui l’autoriserait sans cette interdiction
admin-explain-also = Ce qui suffirait aussi
admin-explain-forbids = Ce qui l’interdit
admin-explain-nearest = Ce qui s’en approche le plus
admin-explain-suffices = Ce qui suffirait
admin-explain-needs = Ce qu’il faudrait
admin-explain-suffices-role = Le rôle « { $role } », donné ici ({ $scope }) ou plus largement.
admin-explain-suffices-profile = Le profil « { $role } », par une appartenance ({ $scope }).
admin-explain-suffices-region = Le rôle « { $role } », donné par la Région ({ $scope }).
admin-explain-asked-above = Ce droit ne se donne pas pour ce lieu seul : il se demande pour « { $scope } », et c’est ce qui est expliqué ici.
admin-explain-suffices-lift = Que l’interdiction ci-dessus soit levée.
admin-explain-suffices-lift-and = Puis un rôle qui donne ce droit ici : rien d’autre ne l’autorise.
admin-miss-expired = Cette autorisation valait ici, mais elle est terminée.
admin-miss-not-yet = Cette autorisation vaudra ici, mais elle n’a pas commencé.
admin-miss-beside = Cette autorisation vaut dans le même établissement, mais pas dans ce lieu.
admin-miss-elsewhere = Cette autorisation vaut ailleurs.
admin-miss-neither = Cette autorisation vaut ailleurs, et pas en ce moment.

## Journal

admin-audit-title = Journal
admin-audit-summary = Qui a fait quoi, quand et pourquoi.
admin-audit-at = Date
admin-audit-actor = Par
admin-audit-action = Action
admin-audit-subject = Objet
admin-audit-all-acts = Tout ce qui le concerne
admin-audit-none = Rien ne correspond dans le journal.
admin-audit-subject-help = Un identifiant, l’UAI d’un établissement, ou un objet tel que person:12.

# Programmes et jetons d’accès.
admin-programs-title = Programmes
admin-programs-summary = Donner un compte à un programme, gérer ses jetons d’accès.
admin-programs-lead = Un programme a son propre compte, sans identifiant ni mot de passe. Donnez-lui un rôle sur sa page, puis créez un jeton.
admin-programs-none = Aucun programme pour l’instant.
admin-program-new = Nouveau programme
admin-program-name = Nom du programme
admin-program-name-help = Il s’affiche à côté de ce qu’il écrit, et dans le journal.
admin-program-purpose = À quoi il sert
admin-program-purpose-help = Par exemple : export des classes chaque nuit, service de la vie scolaire.
admin-program-made = Le programme a son compte. Donnez-lui un rôle sur sa page : sans rôle, ses jetons ne lisent que ce qui est public.
admin-tokens-lead = Les programmes qui agissent par l’API au nom de cette personne. Elle seule crée ses jetons.
admin-tokens-lead-program = Les jetons par lesquels { $name } utilise l’API, dans la limite de ses rôles.
admin-tokens-none = Aucun jeton en cours.
admin-tokens-back = Revenir aux jetons
admin-token-everywhere = Tous les établissements
admin-token-school-help = Limité à un établissement, le jeton n’a aucun des droits du programme ailleurs. Ce qui est public reste lisible.
admin-token-keep = Gardez-le comme un mot de passe : qui le détient agit au nom du programme. En cas de doute, révoquez-le.

# Réglages
admin-settings-title = Réglages
admin-settings-summary = Délais, seuils et limites de chaque partie de la plateforme.
admin-settings-none = Aucune partie de la plateforme n’a de réglage.
admin-settings-saved = Les réglages sont enregistrés.
admin-setting-default = Valeur d’origine : { $value }.
admin-setting-in-minutes = { $label } (en minutes)
admin-setting-in-hours = { $label } (en heures)
admin-setting-in-days = { $label } (en jours)

# Tâches planifiées
admin-erasures-title = Demandes d’effacement
admin-erasures-summary = Les personnes qui demandent à être effacées.
admin-erasures-lead = Chaque demande attend que vous effaciez la personne, ou qu’elle l’annule.
admin-erasures-asked = Demandé le { $date }
admin-erasures-none = Aucune demande.
admin-jobs-title = Tâches planifiées
admin-jobs-summary = Ce que la plateforme fait d’elle-même : quand, combien de temps, avec quel résultat.
admin-jobs-lead = Un seul nœud fait chaque tâche. Une tâche qui échoue est reprise, à des intervalles qui s’allongent jusqu’à une heure.
admin-job = Tâche
admin-job-last = Dernière fois
admin-job-next = Prochaine fois
admin-job-never = Jamais encore
admin-job-running = En cours
admin-job-run = Lancer maintenant
admin-job-asked = La tâche est lancée : un nœud la prend dans les secondes qui viennent.
admin-job-took = { $took }, { $done ->
    [0] rien à faire
    [one] un élément
   *[other] { $done } éléments
  }
admin-job-millis = { $count } ms
admin-job-seconds = { $count } s
admin-job-failing = { $count ->
    [one] Échec
   *[other] { $count } échecs de suite
  }
admin-job-error = Dernière erreur, le { $date } :

# Travaux en file
admin-tasks-title = Travaux en file
admin-tasks-lead = Ce qu’un acte laisse à faire ensuite, un courriel par exemple. Un travail qui échoue est repris, à des intervalles qui s’allongent jusqu’à une heure ; celui qui échoue trop souvent est abandonné et attend votre décision.
admin-queues-none = Rien n’attend.
admin-queue = File
admin-queue-waiting = En attente
admin-queue-running = En cours
admin-queue-dead = Abandonnés
admin-queue-since = depuis le { $date }
admin-queue-retry = Tout reprendre
admin-dead-title = Travaux abandonnés
admin-task = Travail
admin-task-given-up = Abandonné
admin-task-error = Dernière erreur
admin-task-decide = Décision
admin-task-attempts = { $count ->
    [one] après un essai
   *[other] après { $count } essais
  }
admin-task-retry = Reprendre
admin-task-drop = Supprimer
admin-task-retried = C’est repris : un nœud s’en charge dans les secondes qui viennent.
admin-task-dropped = Le travail est supprimé.

# Données personnelles
admin-data-title = Données personnelles
admin-data-lead = Ce que la plateforme garde sur cette personne, et ce que devient chaque chose à l’effacement.
admin-data-download = Télécharger ses données (JSON)
admin-erase = Effacer cette personne
admin-erase-title = Effacer une personne
admin-erase-text = { $name } n’aura plus ni nom, ni compte, ni rôle. Ce que cette personne a écrit reste, signé « ancien membre » au lieu de son nom. Rien ne peut être rétabli.
admin-erased = La personne est effacée.

# Courriel
admin-mail-title = Courriel
admin-mail-summary = Vérifier que les courriels partent, et revoir les adresses refusées.
admin-mail-lead = Les courriels de la plateforme attendent dans une file et partent dans les secondes qui viennent. Un envoi qui échoue est repris.
admin-mail-trial = Essai
admin-mail-trial-help = Un courriel d’essai est envoyé à votre propre adresse.
admin-mail-try = M’envoyer un courriel d’essai
admin-mail-tried = Le courriel d’essai est dans la file. S’il n’arrive pas, regardez les travaux abandonnés et les adresses refusées.
admin-mail-no-address = Votre compte n’a pas d’adresse de courriel : ajoutez-la sur votre fiche pour faire un essai.
admin-mail-off = Ce site n’envoie pas de courriel : l’exploitant de la plateforme règle le serveur d’envoi.
admin-mail-refused = Adresses refusées
admin-mail-refused-help = Un serveur a dit, aussitôt ou plus tard par un rapport de remise, que ces adresses n’existent pas ou plus. Rien ne leur est envoyé pendant un an. Corrigez l’adresse sur la fiche de la personne, ou écrivez-lui de nouveau si le refus était une erreur.
admin-mail-none-refused = Aucune adresse n’a été refusée.
admin-mail-person = Personne
admin-mail-answer = Réponse du serveur
admin-mail-restore = Écrire de nouveau
admin-mail-received = Courriels reçus
admin-mail-received-help = Les cinquante derniers courriels reçus, réponses et rapports de remise, et ce qu’ils sont devenus. Leur texte et leur adresse ne sont pas gardés ici.
admin-mail-no-replies = Ce site ne prend pas de réponses par courriel : l’exploitant de la plateforme règle l’adresse de réponse.
admin-mail-none-received = Aucun courriel n’est arrivé.
admin-mail-outcome = Suite
admin-mail-when = Reçu
admin-mail-unknown = Inconnue
admin-mail-restored = Les courriels partent de nouveau à cette adresse.

# Webhooks
admin-webhooks-title = Webhooks
admin-webhooks-summary = Faire appeler d’autres logiciels quand quelque chose se passe.
admin-webhooks-lead = Un webhook appelle un autre logiciel quand quelque chose se passe sur la plateforme. Les messages sont signés et ne contiennent que des numéros : le récepteur lit le reste par l’API.
admin-webhooks-off = Ce programme a été construit sans les webhooks : rien n’est envoyé.
admin-webhooks-none = Aucun webhook.
admin-webhook-new = Nouveau webhook
admin-webhook-edit = Modifier le webhook
admin-webhook-takes-over = Ce webhook est celui d’une autre personne. Si vous le modifiez, il devient le vôtre : ce sont vos droits qui décident de ce qui est envoyé.
admin-webhook-name = Nom
admin-webhook-name-help = Le logiciel appelé, par exemple.
admin-webhook-url = Adresse appelée
admin-webhook-url-help = Elle commence par https:// et se trouve sur le réseau public.
admin-webhook-scope = Lieu des événements
admin-webhook-scope-help = Seul ce qui se passe dans ce lieu est envoyé.
admin-webhook-kinds = Événements
admin-webhook-kinds-help = À chaque envoi, la plateforme vérifie que le responsable du webhook a le droit de lire ce dont il est question.
admin-webhook-saved = Le webhook est modifié.
admin-webhook-owner = Responsable : { $name }
admin-webhook-created = créé le { $date }
admin-webhook-state-active = Actif
admin-webhook-state-paused = Suspendu
admin-webhook-state-gone = Suspendu : récepteur disparu
admin-webhook-state-failing = Suspendu : échecs répétés
admin-webhook-failures = { $count ->
    [one] un échec
   *[other] { $count } échecs de suite
  }
admin-webhook-failing-since = depuis le { $date }
admin-webhook-both-secrets = Jusqu’au { $date }, les messages sont signés avec l’ancien secret et avec le nouveau.
admin-webhook-manage = Gérer
admin-webhook-try = Envoyer un message d’essai
admin-webhook-tried = Le message d’essai est dans la file : son résultat apparaît dans les envois.
admin-webhook-pause = Suspendre
admin-webhook-paused = Le webhook est suspendu : rien ne lui est envoyé.
admin-webhook-resume = Reprendre
admin-webhook-resumed = Le webhook est de nouveau appelé.
admin-webhook-replace-title = Remplacer le secret
admin-webhook-replace-text = Un nouveau secret est donné au webhook « { $name } ». Pendant un jour, les messages sont signés avec les deux, le temps de changer celui du récepteur.
admin-webhook-replace-button = Remplacer le secret
admin-webhook-delete-title = Supprimer le webhook
admin-webhook-delete-text = Le webhook « { $name } » et la liste de ses envois sont supprimés. Rien ne peut être rétabli.
admin-webhook-delete-button = Supprimer le webhook
admin-webhook-deleted = Le webhook est supprimé.
admin-webhook-deliveries = Envois
admin-webhook-deliveries-help = Les envois des trente derniers jours. Un envoi qui échoue est repris pendant un jour, de plus en plus rarement.
admin-webhook-no-delivery = Aucun envoi.
admin-webhook-message = Message
admin-webhook-outcome = Résultat
admin-webhook-when = Date
admin-webhook-attempt = { $number ->
    [one] 1er essai, { $millis } ms
   *[other] { $number }e essai, { $millis } ms
  }
admin-webhook-redeliver = Renvoyer
admin-webhook-again = Le message est dans la file : il part dans les secondes qui viennent, sous le même numéro.
admin-webhook-outcome-delivered = Reçu
admin-webhook-outcome-refused = Refusé par le récepteur
admin-webhook-outcome-unreachable = Récepteur injoignable
admin-webhook-outcome-timed-out = Pas de réponse à temps
admin-webhook-outcome-untrusted = Certificat non valide
admin-webhook-outcome-forbidden-address = Adresse que la plateforme n’appelle pas
admin-webhook-outcome-owner-without-right = Non envoyé : le responsable n’a plus le droit de gérer ce webhook
admin-webhook-outcome-hidden = Non envoyé : le responsable ne peut pas lire ce dont il est question
admin-webhook-outcome-paused = Non envoyé : webhook suspendu entre-temps
admin-webhook-outcome-unsealed = Secret illisible : remplacez-le
admin-webhook-secret-title = Secret du webhook
admin-webhook-secret-once = Il n’est montré que cette fois.
admin-webhook-secret-label = Secret du webhook « { $name } »
admin-webhook-secret-keep = Copiez-le dans les réglages du récepteur, qui s’en sert pour vérifier les signatures.
admin-webhook-back = Retour au webhook

# Lettres
letter-trial-subject = Essai des courriels { DE($site) }
letter-trial-text = Si vous lisez ce message, les courriels { DE($site) } arrivent.
letter-trial-why = Vous recevez ce message parce que vous avez demandé un essai dans l’administration.
