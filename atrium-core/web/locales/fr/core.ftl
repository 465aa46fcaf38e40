# Mots de l’assistance : la coquille, la recherche, les erreurs.

## La page

core-skip = Aller au contenu
core-wordmark-home = accueil
core-wordmark-second = Assistance
core-colophon = L’aide et le forum de l’espace numérique de travail des lycées et collèges de la région.
core-other-language = English
core-theme = Apparence
core-theme-auto = Automatique
core-theme-light = Claire
core-theme-dark = Sombre
core-announcements = Annonces
core-announcement-info = Annonce
core-announcement-maintenance = Maintenance
core-announcement-incident = Incident
core-announcement-until = Jusqu’au { $date }
core-announcement-ends-before = La fin doit venir après le début.
core-form-errors = { $count ->
    [one] Un champ est à corriger :
   *[other] { $count } champs sont à corriger :
}
core-stale = Cette page a changé entre-temps. Vérifiez, puis recommencez.
core-stale-now = À présent enregistré : { $now }
core-stale-empty = À présent enregistré : rien

core-cancel = Annuler
core-save = Enregistrer
core-from = à partir du { $date }
core-until = jusqu’au { $date }

core-js-suggestions = Suggestions
core-js-no-suggestion = Aucune suggestion
core-js-copy-link = Copier le lien vers ce passage
core-js-copied = Lien copié
core-js-cancel = Annuler
core-js-draft-restored = Votre brouillon a été retrouvé.
core-js-draft-drop = Effacer le brouillon
core-js-preview-failed = L’aperçu n’a pas pu être préparé. Réessayez dans un instant.

nav-main = Navigation principale
nav-breadcrumb = Vous êtes ici
nav-pages = Pages
nav-first-page = Première page
nav-previous-page = Page précédente
nav-last-page = Dernière page
nav-next-page = Page suivante
nav-help = Aide
nav-admin = Administration
nav-sign-in = Se connecter
nav-sign-out = Se déconnecter
nav-my-menu = Menu { DE($name) }
nav-notices =
    { $count ->
        [0] Notifications
        [one] Notifications : { $count } non lue
       *[other] Notifications : { $count } non lues
    }
core-mentions = Personnes qui ont écrit ici
core-former-member = Ancien membre

## Durées

core-ago-now = à l’instant
core-ago-minutes = { $count ->
    [one] il y a une minute
   *[other] il y a { $count } minutes
}
core-ago-hours = { $count ->
    [one] il y a une heure
   *[other] il y a { $count } heures
}
core-ago-days = { $count ->
    [one] hier
   *[other] il y a { $count } jours
}

## Accueil

core-home-title = L’assistance { DE(PRODUCT()) }
core-home-description = Trouver une réponse sur les services { DE(PRODUCT()) }, l’espace numérique de travail des lycées et collèges.
core-home-heading = Une question sur { PRODUCT() } ?
core-home-lead = Écrivez-la avec vos mots, même avec des fautes de frappe.
core-home-services = Les services

core-service-state-normal = Fonctionne
core-service-state-degraded = Perturbé
core-service-state-stopped = Interrompu
core-service-state-maintenance = En maintenance

## Recherche

core-search-label = Rechercher dans l’assistance
core-search-placeholder = Rechercher
core-search-placeholder-long = rendre un devoir…
core-search-go = Rechercher
core-search-filling = L’index de recherche est en cours de construction : des réponses peuvent encore manquer, les plus récentes sont là d’abord.
core-search-title = Recherche
core-search-title-for = « { $query } »
core-search-count = { $count ->
    [0] Aucun résultat
    [one] Un résultat
   *[other] { $count } résultats
}
core-search-count-more = Plus de { $count } résultats
core-search-did-you-mean = Vouliez-vous dire :
core-search-only-excludes = Dites aussi ce que vous cherchez : « -mot » écarte seulement des résultats.
core-search-wordless = Écrivez un mot qui dise ce que vous cherchez : « dans » ou « comment » seuls ne suffisent pas.
core-search-none = Rien ne répond à ces mots.
core-search-none-spelling = Essayez un autre mot pour dire la même chose.
core-search-none-fewer = Gardez seulement les mots qui comptent.
core-search-none-facets = Retirez un filtre.
core-search-near-services = Les services les plus proches
core-search-your-services = Aucun service proche : ceux { DE(PRODUCT()) }
core-search-whom = À qui demander
core-search-whom-visitor = Demandez au référent numérique de votre établissement.
core-search-whom-member = Demandez au référent numérique de votre établissement ({ $schools }).
core-search-whom-referent = Demandez à l’assistance de la Région : elle répond aux référents numériques sur le forum.
core-search-again = Chercher autrement
core-search-distant = { $count ->
    [one] Une page qui ne contient que quelques-uns de ces mots
   *[other] { $count } pages qui ne contiennent que quelques-uns de ces mots
}
core-search-start = Écrivez quelques mots : une fonction, un geste, un message d’erreur.
core-search-facets = Affiner les résultats
core-search-facet-more = plus de { $count }
core-search-facet-remove = (retirer ce filtre)
core-search-facet-service = Service
core-search-facet-kind = Nature
core-badge-solved = Résolu
core-badge-official = Officiel

## Champs

field-optional = (facultatif)
field-required = Ce champ est à remplir.
field-too-long = C’est trop long : { $max } caractères au plus.
field-too-short = C’est trop court : { $min } caractères au moins.
field-invalid = Cette valeur n’est pas valable.
field-taken = C’est déjà pris.
field-choice = Choisissez une des réponses proposées.
field-unknown-choice = Cette réponse n’est pas dans la liste.
field-number = Écrivez un nombre.
field-date = Écrivez une date, par exemple 2026-03-12.
field-datetime = Écrivez une date et une heure, par exemple 2026-03-12T08:30.
field-date-order = La fin doit venir après le début.
field-url = Écrivez une adresse complète, qui commence par https://.
field-email = Cette adresse électronique n’est pas valable.
field-slug = Seulement des minuscules, des chiffres et des tirets.
field-uai = Ce n’est pas un UAI : sept chiffres et une lettre de contrôle, par exemple 0130001F.
field-mismatch = Les deux saisies diffèrent.
field-nul = Ce texte contient un caractère interdit.
field-invisible = Ce texte contient des caractères invisibles.
field-control-characters = Ce texte contient des caractères de contrôle.
field-encoding = Ce texte n’est pas en UTF-8.
field-json = Le corps de la requête n’est pas le JSON attendu : { $detail }
field-range = Un nombre de { $min } à { $max } est attendu.
field-query = L’adresse contient un paramètre qui n’est pas valable.
field-content-type = Ce type de contenu n’est pas accepté ici.
field-markdown-help = Vous pouvez écrire en Markdown : **gras**, *italique*, listes, liens, « > » pour citer.

## Erreurs

error-home = Retour à l’accueil
error-reference = Si le problème dure, donnez cette référence à l’assistance : { $id }
error-sign-in-again = Votre session est terminée. Connectez-vous, puis recommencez.
error-400-title = Demande incomprise
error-400-text = L’adresse ou le formulaire contient quelque chose que nous n’avons pas pu lire.
error-401-title = Connexion nécessaire
error-401-text = Connectez-vous pour voir cette page.
error-403-title = Accès refusé
error-typed-title = Ce que vous aviez écrit
error-typed-help = Copiez-le avant de revenir au formulaire.
error-forwarded = Le serveur intermédiaire n’indique pas l’adresse du navigateur d’une manière lisible.
error-other-site = Cette demande semble venir d’un autre site : elle n’a pas été suivie. Revenez à la page et recommencez.
error-403-text = Votre compte ne permet pas d’ouvrir cette page ou de faire cette action. Si vous pensez que c’est une erreur, demandez au référent numérique de votre établissement ou à l’assistance de la Région.
error-404-title = Page introuvable
error-404-text = Cette page n’existe pas, a été déplacée, ou n’est pas visible pour vous.
error-404-search = Cherchez avec vos mots :
error-404-sign-in = On vous a donné ce lien ? La page est peut-être réservée à certains comptes.
error-405-title = Action impossible ici
error-405-text = Cette adresse ne répond pas à ce type de demande.
error-409-title = La page a changé entre-temps
error-409-text = Quelqu’un d’autre l’a modifiée pendant que vous écriviez. Reprenez la version actuelle, puis recommencez.
error-409-told-title = Action impossible pour le moment
error-413-title = Envoi trop volumineux
error-413-text = Ce que vous avez envoyé dépasse la taille permise.
error-415-title = Format non accepté
error-415-text = Ce type de contenu n’est pas accepté ici.
error-422-title = À corriger
error-422-text = Certains champs sont à corriger.
error-429-title = Trop de demandes
error-429-text = { $seconds ->
    [0] Attendez un peu avant de recommencer.
    [one] Attendez une seconde avant de recommencer.
   *[other] Attendez { $seconds } secondes avant de recommencer.
}
error-500-title = Un problème de notre côté
error-500-text = La page n’a pas pu être préparée. L’équipe technique en est informée par ses journaux. Réessayez dans un instant.
error-503-title = Service momentanément indisponible
error-503-text = Nous remettons le service en route. Réessayez dans un instant.
error-503-busy = Le serveur est très sollicité et n’a pas pu traiter votre demande à temps. Réessayez dans { $seconds } secondes.

## Rôles

role-student = Élève
role-guardian = Responsable
role-teacher = Enseignant
role-leadership = Direction
role-school-life = Vie scolaire
role-staff = Personnel
role-digital-referent = Référent numérique
role-platform-admin = Administrateur de la plateforme

# L’API
core-api-title = L’interface de programmation
core-api-description = Ce qu’une personne peut faire, un programme le peut aussi, avec les mêmes contrôles. Le document complet :
core-api-operation = Opération
core-api-summary = Ce qu’elle fait

## Choisir un établissement

core-school-find = Chercher un établissement
core-school-help = Nom, commune ou code UAI.
core-school-searched = Un établissement, à chercher ci-dessous
core-school-offered = Établissements proposés
core-school-or = Choisissez dans la liste ou cherchez un établissement, pas les deux.
error-412-title = Modifié entre-temps
error-412-text = Quelqu’un d’autre l’a modifié depuis cette version. Relisez-le, puis recommencez avec son nouvel « ETag ».
error-428-title = Version à préciser
error-428-text = Donnez dans « If-Match » la version que vous avez lue : c’est l’« ETag » de la réponse.
api-token-dead = Ce jeton n’est pas valable ici : inconnu, expiré, révoqué, ou présenté ailleurs que sous /api/v1.
api-token-outside = Ce jeton n’a pas été créé pour cette opération.
core-once-malformed = Cette clé compte 8 à 64 lettres, chiffres, « - » ou « _ ».
core-once-other = Cette clé a déjà servi pour un autre contenu.
core-once-under-way = La première requête sous cette clé n’a pas encore de réponse, ou a été interrompue : vérifiez ce qui est enregistré avant d’en envoyer une autre.
api-area-account = Mon compte
api-area-administration = Administration
api-area-help = Aide en ligne
api-area-forum = Forum
api-area-files = Fichiers
api-area-search = Recherche
api-area-markup = Aperçu des textes
letter-greeting = Bonjour { $name },

## Fichiers

file-field = Pièces jointes
file-field-hint = { $max } fichiers au plus : images ({ $picture } Mo), PDF, documents bureautiques, textes et archives ZIP ({ $other } Mo). Le lieu et l’appareil notés dans une photo sont effacés.
file-kept = Fichiers déjà envoyés
file-attached = Pièces jointes
file-size-bytes = { $size } octets
file-size-kilo = { $size } ko
file-size-mega = { $size } Mo
file-empty = « { $file } » est vide.
file-kind = « { $file } » n’est pas d’un type accepté : image PNG, JPEG, WebP ou GIF, PDF, document bureautique, texte ou archive ZIP.
file-too-large = « { $file } » est trop volumineux : { $max } Mo au plus.
file-unsafe = « { $file } » est refusé par l’antivirus.
file-picture-unreadable = L’image « { $file } » ne peut pas être lue.
file-picture-large = L’image « { $file } » a trop de points : 50 millions au plus.
file-no-room = Votre établissement n’a plus de place pour « { $file } ».
file-too-many = C’est trop de fichiers : { $max } au plus.
file-too-many-loose = Vous avez envoyé beaucoup de fichiers : attendez un moment avant d’en envoyer d’autres.
file-gone = Un des fichiers n’est plus là : choisissez-le à nouveau.
file-one = Un seul fichier à la fois.
file-form-too-large = C’est trop volumineux : choisissez moins de fichiers à la fois.
mail-refused-malformed = Ce n’est pas un courriel.
mail-refused-too-large = Le courriel est trop volumineux.
mail-refused-duplicate = Ce courriel était déjà arrivé.
mail-refused-automatic = C’est une réponse automatique.
mail-refused-own-address = Il vient de l’adresse de la plateforme.
mail-refused-unknown-report = C’est un rapport de remise qui ne concerne aucun courriel envoyé par la plateforme.
mail-refused-unknown-address = L’adresse de réponse n’est pas connue.
mail-refused-wrong-sender = Il ne vient pas de l’adresse de la personne à qui le courriel était envoyé.
mail-refused-too-old = Le courriel auquel on répond date de plus de trois mois.
mail-refused-no-account = La personne n’a plus de compte.
mail-refused-empty = Aucun texte ne se trouvait au-dessus de la ligne de réponse.
mail-refused-not-allowed = Le sujet n’existe plus pour cette personne, ou elle n’a pas le droit d’y répondre.
mail-refused-closed = Le sujet n’accepte plus de réponses.
mail-refused-invalid = Le texte est trop long, ou n’affiche rien.
mail-refused-too-often = Trop de réponses sont arrivées en une heure.
mail-received = Publié
mail-report = Rapport de remise, pris en compte
mail-reply-above = Répondez au-dessus de cette ligne
