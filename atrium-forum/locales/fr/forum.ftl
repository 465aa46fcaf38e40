# Mots du forum.

forum-nav = Forum
forum-nav-moderation = Modération
forum-title = Forum
forum-home-title = Au forum
forum-home-lead = Les référents numériques et la Région y échangent directement. Les réponses de la Région engagent la Région.
forum-home-more = Tout le forum
forum-home-empty = Aucune catégorie ne vous est ouverte.
forum-service-topics = { $count ->
    [0] Au forum, aucun sujet
    [one] Au forum, un sujet
   *[other] Au forum, { $count } sujets
}
forum-body-shows-nothing = Ce texte n’afficherait rien.
forum-review-own = Ce message est le vôtre : un autre modérateur doit en décider.
forum-too-often = { $minutes ->
    [one] Vous écrivez très souvent. Attendez une minute et renvoyez ce texte.
   *[other] Vous écrivez très souvent. Attendez { $minutes } minutes et renvoyez ce texte.
}
forum-home-recent = Derniers sujets
forum-view-label = Vues
forum-view-all = Tous
forum-view-unread = Non lus
forum-view-mine = Mes sujets
forum-view-unanswered = Sans réponse
forum-categories = Catégories
forum-category = Catégorie
forum-category-topics = { $count ->
    [0] Aucun sujet
    [one] Un sujet
   *[other] { $count } sujets
}
forum-category-unread = { $count ->
    [one] un non lu
   *[other] { $count } non lus
}
forum-category-empty = Aucun sujet pour l’instant.
forum-category-confidential = Chaque question n’est visible que de l’établissement qui la pose et de la Région.
forum-category-help = L’aide de ce service
forum-edit-category = Modifier la catégorie
forum-manage-categories = Gérer les catégories
forum-review-link = File de modération : { $count ->
    [0] rien n’attend
    [one] un message attend
   *[other] { $count } messages attendent
}
forum-ask-here = Poser une question
forum-feed-title = Nouveaux sujets : { $category }
forum-topic-by = par { $name }
forum-last-by = dernier message { DE($name) },
forum-replies-word = { $count ->
    [0] réponse
    [one] réponse
   *[other] réponses
}

forum-official = Officiel
forum-accepted = Acceptée
forum-solved = Résolu
forum-pinned = Épinglé
forum-locked = Verrouillé
forum-confidential = Confidentiel
forum-pending = En attente
forum-hidden = Masqué
forum-deleted = Supprimé
forum-unread = Non lu :
forum-official-answer = Réponse officielle de la Région
forum-accepted-answer = Réponse acceptée
forum-answer-read = Lire cette réponse
forum-rewritten = Modifiée après avoir été acceptée.
forum-answers = Réponses retenues
forum-edited = modifié
forum-message-number = Message { $number }
forum-state-pending = En attente d’approbation.
forum-state-hidden = Message masqué.
forum-state-deleted = Message supprimé.
forum-topic-pending = Ce sujet attend d’être approuvé. Vous et les modérateurs seuls le voyez.
forum-topic-hidden = Ce sujet est masqué.
forum-topic-deleted = Ce sujet est supprimé.
forum-replies = Réponses
forum-replies-count = { $count ->
    [0] Aucune réponse
    [one] Une réponse
   *[other] { $count } réponses
}
forum-first-unread = Aller au premier non lu
forum-last-message = Aller au dernier message
forum-manage = Gérer le sujet

forum-accept = Accepter cette réponse
forum-unaccept = Ne plus accepter
forum-make-official = Rendre officielle
forum-unmake-official = Retirer le caractère officiel
forum-quote = Citer
forum-edit = Modifier
forum-flag = Signaler
forum-moderate = Modérer
forum-moderate-topic = Masquer ou supprimer
forum-restore = Rétablir
forum-pin = Épingler
forum-unpin = Ne plus épingler
forum-lock = Verrouiller
forum-unlock = Déverrouiller
forum-make-confidential = Rendre confidentiel
forum-make-open = Ouvrir à tous les lecteurs
forum-refile = Déplacer le sujet
forum-refile-send = Déplacer

forum-reply = Répondre
forum-reply-label = Votre réponse
forum-reply-send = Envoyer la réponse
forum-reply-reviewed = Votre message sera relu par un modérateur avant d’être publié.
forum-preview = Aperçu
forum-sign-in-to-reply = Se connecter pour répondre

## Demander, modifier

forum-kind-question = Question
forum-kind-problem = Problème
forum-kind-wish = Souhait
forum-kind-discussion = Discussion
forum-kind-announcement = Annonce
forum-quality-region = Région
forum-ask-lead = Une question par sujet : la réponse servira à tous.
forum-search-ask = Poser la question sur le forum
forum-search-ask-meta = Votre recherche devient le titre du sujet.
forum-ask-title = Poser une question
forum-ask-title-label = Titre
forum-ask-title-help = En une phrase, ce qui se passe ou ce que vous cherchez.
forum-ask-choose = Choisir
forum-ask-kind = Nature
forum-ask-body = Votre message
forum-ask-body-help = Dites ce que vous avez essayé, sur quel appareil, et ce qui s’affiche. N’écrivez ni mot de passe ni nom d’élève.
forum-ask-establishment = Au nom de
forum-ask-confidential = Question confidentielle
forum-ask-confidential-help = Visible seulement de votre établissement et de la Région.
forum-ask-send = Publier
forum-similar = Peut-être déjà répondu :
forum-edit-body = Message
forum-file-remove = Retirer
forum-file-remove-sure = Retirer « { $file } » de ce message ? Le fichier est effacé pour de bon.
forum-flash-file-removed = La pièce jointe est retirée.
forum-edit-reason = Motif de la modification
forum-edit-reason-help = Il figure dans l’historique.
forum-edit-send = Enregistrer
forum-edit-conflict = Ce message a été modifié entre-temps.
forum-edit-conflict-title = Le texte actuel
forum-edit-conflict-text = Ce message a été modifié pendant que vous écriviez. Votre texte est gardé plus bas : reprenez-y ce qui manque, puis enregistrez.
forum-cancel = Annuler
forum-save = Enregistrer
forum-revisions-back = Retour à la discussion
forum-revision-number = Version { $number }
forum-edit-withholds = Ce message cite ce que vous ne pouvez pas lire. Chaque citation est remplacée par un repère, comme { "{{" }citation-1{ "}}" } : laissez-le pour la garder, effacez-le pour la retirer.
forum-quote-mark-displaced = Un repère de citation ne peut pas être déplacé dans une phrase, un tableau ou du code : laissez-le seul sur sa ligne.
forum-quote-mark-unknown = Un repère de citation ne correspond à aucune citation de ce message. Rouvrez la page, puis recommencez.
forum-edit-files-reviewed = Vos modifications attendent ici une relecture : les fichiers ne peuvent pas s’y ajouter. Joignez-les à une réponse.
forum-edit-unmarks = Cette réponse est la réponse officielle de la Région. Si vous la modifiez, elle perd cette mention, et la Région la relit avant de la lui rendre.
forum-edit-waiting = Votre modification précédente attend d’être relue. Celle-ci prendra sa place.
forum-revision-refused = Refusée
forum-revision-current = Actuelle
forum-change-added = {"["}ajout :
forum-change-added-end = fin de l’ajout{"]"}
forum-change-removed = {"["}retrait :
forum-change-removed-end = fin du retrait{"]"}
forum-revision-whole = Le texte entier
forum-review-changes = Ce qui change

## Signaler, modérer

forum-flag-lead = Un modérateur relira ce message. Son auteur ne saura pas qui l’a signalé.
forum-flag-reason = Que reprochez-vous à ce message ?
forum-flag-why-personal-data = Données personnelles
forum-flag-why-rude = Propos déplacés
forum-flag-why-off-topic = Hors sujet
forum-flag-why-spam = Publicité
forum-flag-why-other = Autre chose
forum-flag-note = Précision
forum-flag-note-help = Ce que le modérateur doit savoir.
forum-flag-send = Envoyer le signalement
forum-flag-again = Vous avez déjà signalé ce texte. S’il est modifié, vous pourrez le signaler de nouveau.
forum-flag-edited = Ce message a été modifié pendant que vous le lisiez. Relisez-le avant de le signaler.
forum-flag-earlier = à propos d’une version antérieure
forum-flag-back = Revenir au message
forum-moderate-action = Que faire de ce message ?
forum-moderate-hide = Masquer
forum-moderate-hide-help = Il reste visible des modérateurs et de son auteur, et peut être rétabli.
forum-moderate-delete = Supprimer
forum-moderate-delete-help = Il disparaît pour tous, sauf des modérateurs.
forum-moderate-reason = Motif
forum-moderate-reason-help = L’auteur le lira. Il est gardé dans le journal.
forum-moderate-send = Appliquer
forum-hidden-by-flags = Masqué après plusieurs signalements, en attente d’un modérateur.
forum-review-title = File de modération
forum-review-lead = Messages signalés ou à approuver. Chaque décision est gardée dans le journal.
forum-review-empty = Rien à relire.
forum-review-mine = Pris en charge par vous
forum-review-claimed-by = Pris en charge par { $name }
forum-review-reason = Motif de la décision
forum-review-keep = Garder le message
forum-review-approve = Publier
forum-review-hide = Masquer
forum-review-official-again = Rendre de nouveau officielle
forum-review-official-not = Laisser sans mention
forum-review-official-region = Une personne habilitée à répondre pour la Région doit en décider.
forum-review-claim = M’en charger
forum-review-release = Le rendre à la file
forum-review-claimed = Un autre modérateur s’en charge.
forum-review-changed = Ce message a changé depuis l’ouverture de la page. Relisez-le.
forum-review-decided-before = La décision est déjà prise.
forum-review-decided = { $name } a déjà décidé.
forum-review-withdrawn = Son auteur a retiré ce message : il n’y a plus rien à décider.
forum-history-title = Décisions récentes
forum-history-lead = Ce qui a quitté la file, là où vous modérez : qui en a décidé, quand et pourquoi.
forum-history-empty = Aucune décision pour l’instant.
forum-history-by = Décidé par { $name }
forum-revision-said = « { $reason } »
forum-said =  : « { $reason } »
forum-history-kept = Gardé
forum-history-removed = Retiré
forum-history-published = Publié
forum-history-not-published = Non publié
forum-history-edit-taken = Modification publiée
forum-history-edit-refused = Modification refusée
forum-history-official-again = De nouveau officielle
forum-history-official-not = Laissée sans mention officielle
forum-history-withdrawn = Retiré par son auteur, sans décision

## Catégories

forum-step-categories-title = Ouvrir des catégories au forum
forum-step-categories-text = Les sujets sont rangés par catégorie. Une catégorie par service suffit pour commencer : les référents numériques, la direction, les agents STIL et la Région y lisent et y répondent.
forum-step-categories-do = Choisir soi-même ses catégories
forum-step-categories-done = Voir les catégories
forum-step-first-category-title = Ouvrir des catégories au forum
forum-step-first-category-text = Les sujets sont rangés par catégorie. Une ou deux suffisent pour commencer.
forum-step-first-category-do = Créer une catégorie
forum-step-first-category-done = Voir les catégories
forum-categories-none = Aucune catégorie pour l’instant.
forum-categories-defaults = Créer une catégorie par service
forum-categories-defaults-help = Chaque service qui n’a pas encore de catégorie en reçoit une, lue par les référents numériques, la direction, les agents STIL et la Région. Vous pourrez modifier chacune.
forum-flash-categories-made = Chaque service a maintenant sa catégorie.
forum-flash-categories-there = Chaque service avait déjà sa catégorie : rien n’est ajouté.
forum-categories-title = Catégories du forum
forum-category-new = Nouvelle catégorie
forum-category-name = Nom
forum-category-slug = Adresse
forum-category-slug-help = Minuscules, chiffres et tirets. Elle figure dans l’adresse de la page.
forum-category-description = Description
forum-category-service = Service
forum-category-no-service = Aucun service
forum-category-position = Rang
forum-category-sees = Voient
forum-category-who-sees = Qui voit la catégorie
forum-category-asks = Demandent
forum-category-who-asks = Qui y pose des questions
forum-category-answers = Répondent
forum-category-who-answers = Qui y répond
forum-category-audience-help = Qui répond à l’une des lignes cochées en fait partie. Sans aucune : personne.
forum-category-moderation = Modération
forum-moderation-open = Publication directe
forum-moderation-first-posts = Premiers messages relus
forum-moderation-all-posts = Tous les messages relus
forum-category-confidential-label = Catégorie confidentielle
forum-category-template = Modèle de message
forum-category-template-help = Proposé à qui pose une question.

## Refus

forum-answer-not-a-reply = Seule une réponse de ce sujet peut être acceptée ou rendue officielle.
forum-ask-not-yours = Vous ne pouvez pas poser de question dans cette catégorie.
forum-ask-signed-in = Connectez-vous pour poser une question.
forum-reply-not-yours = Vous ne pouvez pas répondre dans cette catégorie.
forum-establishment-not-yours = Cet établissement n’est pas le vôtre.
forum-kind-not-yours = Vous ne pouvez pas publier de sujet de cette nature.
forum-audience-unknown = « { $word } » ne désigne aucun public connu.
forum-category-not-yours = Vous ne pouvez pas déplacer ce sujet dans cette catégorie.
forum-category-reviewed = Les messages de cette catégorie sont relus avant publication : le sujet ne peut pas y entrer ainsi.
forum-cursor-invalid = L’adresse de cette page de liste n’est pas valable.
forum-slug-invalid = Seulement des minuscules, des chiffres et des tirets, et une lettre pour commencer.
forum-slug-reserved = Cette adresse est réservée.
forum-slug-taken = Une autre catégorie a déjà cette adresse.
forum-state-conflict = L’état de ce message a changé entre-temps. Relisez la page.
forum-topic-locked = Ce sujet est verrouillé : on ne peut plus y répondre.
forum-topic-not-visible = Ce sujet n’est pas publié : on ne peut pas y répondre.
forum-write-key-invalid = Le formulaire est abîmé. Rouvrez la page, puis recommencez.

## Titres et suites

forum-edit-title = Modifier le message
forum-flag-title = Signaler un message
forum-moderate-title = Modérer un message
forum-refile-title = Déplacer le sujet
forum-revisions-title = Versions du message
forum-flash-asked = Votre sujet est publié.
forum-flash-asked-before = Ce sujet était déjà envoyé : le voici.
forum-flash-replied = Votre réponse est publiée.
forum-flash-edited = Le message est enregistré.
forum-flash-claimed = Vous vous chargez de ce dossier : les autres modérateurs le voient.
forum-flash-released = Le dossier est rendu à la file.
forum-flash-sent-before = Cette réponse était déjà envoyée : la voici.
forum-flash-pending = Votre message est enregistré. Il sera publié quand un modérateur l’aura relu.
forum-flash-edit-proposed = Votre modification sera publiée quand un modérateur l’aura relue.
forum-flash-flagged = Merci. Le signalement est transmis aux modérateurs.
forum-flash-accepted = La réponse est acceptée : le sujet est résolu.
forum-flash-unaccepted = La réponse n’est plus acceptée.
forum-flash-official = La réponse est officielle : elle engage la Région.
forum-flash-unofficial = La réponse n’est plus officielle.
forum-flash-locked = Le sujet est verrouillé : on ne peut plus y répondre.
forum-flash-unlocked = Le sujet est déverrouillé : on peut de nouveau y répondre.
forum-flash-pinned = Le sujet est épinglé en haut de sa catégorie.
forum-flash-unpinned = Le sujet n’est plus épinglé.
forum-flash-restricted = Le sujet est confidentiel.
forum-flash-opened = Le sujet est ouvert à tous les lecteurs de sa catégorie.
forum-flash-refiled = Le sujet est déplacé.
forum-flash-topic-hidden = Le sujet est masqué.
forum-flash-topic-deleted = Le sujet est supprimé.
forum-flash-topic-restored = Le sujet est rétabli.
forum-flash-post-hidden = Le message est masqué.
forum-flash-post-deleted = Le message est supprimé.
forum-flash-post-restored = Le message est rétabli.
forum-flash-kept = Le message est gardé.
forum-flash-published = Le message est publié.
forum-flash-not-published = Le message n’est pas publié : son auteur et les modérateurs seuls le voient.
forum-flash-edit-taken = La modification est publiée.
forum-flash-edit-refused = La modification est refusée : le texte d’avant reste.
forum-flash-official-not = La réponse reste sans mention officielle.
forum-flash-category-saved = La catégorie est enregistrée.
forum-review-why-flag = Signalement
forum-review-why-first-post = Premier message
forum-review-why-all-posts = Catégorie relue
forum-review-why-edit = Modification
forum-review-why-official = Réponse officielle modifiée
forum-review-current = Texte actuel
forum-review-proposed = Texte proposé
forum-category-establishment = Établissement
forum-category-no-establishment = Tous
forum-audience-public = tout le monde
forum-audience-signed-in = toute personne connectée
forum-quote-withheld = Le message cité n’est plus visible.
forum-delete-own = Supprimer
forum-delete-own-title = Supprimer mon message
forum-moderate-reason-own = Pour les modérateurs, si vous voulez l’expliquer.
forum-manage-categories-summary = Qui voit, demande et répond dans chaque catégorie du forum.

## Qui lit quoi, avant de changer

forum-consequences-title = { $count ->
    [one] Un sujet de cette catégorie change de lecteurs. Vérifiez avant d’enregistrer.
   *[other] { $count } sujets de cette catégorie sont concernés. Vérifiez avant d’enregistrer.
}
forum-consequences-readers = Lecteurs aujourd’hui : { $before }. Lecteurs ensuite : { $after }.
forum-consequences-narrower = { $count ->
    [one] Moins de lecteurs : des personnes qui lisent ce sujet ne le liront plus.
   *[other] Moins de lecteurs : des personnes qui lisent ces { $count } sujets ne les liront plus.
}
forum-consequences-wider = { $count ->
    [one] Plus de lecteurs : des personnes qui ne lisent pas ce sujet le liront, avec toutes ses réponses.
   *[other] Plus de lecteurs : des personnes qui ne lisent pas ces { $count } sujets les liront, avec toutes leurs réponses.
}
forum-consequences-restricted = { $count ->
    [one] Un sujet devient confidentiel : l’établissement qui l’a posé et la Région seuls le liront.
   *[other] { $count } sujets deviennent confidentiels : l’établissement qui les a posés et la Région seuls les liront.
}
forum-consequences-opened = { $count ->
    [one] Un sujet redevient lisible par tous les lecteurs de la catégorie.
   *[other] { $count } sujets redeviennent lisibles par tous les lecteurs de la catégorie.
}
forum-consequences-kept = { $count ->
    [one] Un sujet reste confidentiel : il a été posé ainsi.
   *[other] { $count } sujets restent confidentiels : ils ont été posés ainsi.
}
forum-consequences-moved = { $count ->
    [one] Un sujet change d’établissement.
   *[other] { $count } sujets changent d’établissement.
}
forum-consequences-confirm = Confirmer et enregistrer
forum-refile-confidential = Ce sujet est confidentiel parce que la personne qui l’a posé ou un modérateur l’a voulu : il le reste dans toute catégorie.
forum-refile-confidential-category = Ce sujet est confidentiel parce que sa catégorie l’est. Dans une catégorie ouverte, tous les lecteurs de cette catégorie le liront, avec toutes ses réponses.
forum-move-title = Ce déplacement change les lecteurs du sujet. Vérifiez avant de confirmer.
forum-move-leaves = Vous-même ne le lirez plus.
forum-move-confirm = Confirmer le déplacement
forum-readers-nobody = personne
forum-readers-at = { $who } ({ $school })
forum-readers-school = { $school } et la Région seuls
forum-readers-region = la personne qui l’a posé et la Région seules
forum-category-is-confidential = Tous les sujets de cette catégorie sont confidentiels.
forum-restrict-readers = La personne qui a posé ce sujet, son établissement et la Région le liront seuls.
forum-restrict-leaves = Vous-même ne le lirez plus. Vous pourrez annuler, sans le lire, depuis la page suivante ou depuis la file de modération.
forum-restrict-leave = Aller au forum
forum-restricted-topic = Sujet n° { $number }, rendu confidentiel
forum-restricted-readers = Vous avez rendu ce sujet confidentiel. Vous ne le lisez plus.
forum-restricted-undo = Si c’était une erreur, ouvrez-le de nouveau à tous les lecteurs de sa catégorie.
forum-restricted-list = Rendus confidentiels par vous

## Pourquoi ce droit

forum-explain-place = Forum : { $category }
forum-explain-sees = Voir la catégorie : { $who } ({ $place }).
forum-explain-asks = Être de ceux qui demandent dans cette catégorie : { $who } ({ $place }).
forum-explain-answers = Être de ceux qui répondent dans cette catégorie : { $who } ({ $place }). La personne qui a posé une question peut aussi y répondre.
forum-explain-right-anywhere = Avoir le droit par l’un de ces rôles, où que ce soit : { $roles }.
forum-explain-right-here = Avoir le droit par l’un de ces rôles, pour : { $place }. Rôles : { $roles }.
forum-explain-right-of-schools = Cette personne l’a pour les sujets de : { $schools }.
forum-explain-belongs = Appartenir à cet établissement ({ $place }), pour y rattacher le sujet.
forum-explain-no-category = Qu’une catégorie du forum soit ouverte ici.
forum-explain-forbidden = Que soit levée l’interdiction qui vaut ici ({ $place }).
forum-explain-given-by-region = Le rôle de cette personne a été donné pour son établissement : ici, il ne compte que donné par la Région.

# Les réglages du forum
settings-forum = Forum
setting-forum-first-posts = Premiers messages relus
setting-forum-first-posts-help = Dans les catégories qui relisent les nouveaux venus : nombre de messages publiés à partir duquel une personne n’attend plus de relecture.
setting-forum-hiding-flags = Signalements qui masquent un message
setting-forum-hiding-flags-help = Nombre de personnes différentes dont le signalement masque un message jusqu’à la décision d’un modérateur.
setting-forum-review-claim = Durée de prise en charge
setting-forum-review-claim-help = Temps pendant lequel un modérateur garde pour lui un élément de la file.
setting-forum-topics-per-hour = Questions par personne et par heure
setting-forum-topics-per-hour-help = Au-delà, la personne est priée d’attendre, et ce qu’elle a écrit est conservé.
setting-forum-replies-per-hour = Réponses par personne et par heure
setting-forum-replies-per-hour-help = Au-delà, la personne est priée d’attendre, et ce qu’elle a écrit est conservé.
setting-forum-flags-per-hour = Signalements par personne et par heure
setting-forum-flags-per-hour-help = Au-delà, la personne est priée d’attendre.
setting-forum-keep-read-marks = Conservation des marques de lecture (en jours)
setting-forum-keep-read-marks-help = Un sujet aussi ancien compte ensuite comme lu. 0 les conserve sans limite.
job-forum-read-marks = Oubli des vieilles marques de lecture
privacy-forum = Les questions, les réponses et leurs versions, les signalements, les décisions et les marques de lecture. À l’effacement, les textes restent, sans le nom, pour ceux qui les lisent ; les marques de lecture et les commentaires des signalements sont supprimés.
role-moderator = Modérateur
search-kind-forum = Forum
notice-forum-reply =
    { $count ->
        [one] Nouvelle réponse à votre sujet
       *[other] { $count } nouvelles réponses à votre sujet
    }
notice-forum-reply-kind = Une réponse à l’un de mes sujets
notice-forum-reply-hint = Quand quelqu’un répond à une question que vous avez posée. Plusieurs réponses au même sujet ne font qu’une notification, jusqu’à ce que vous la lisiez.
notice-forum-mention =
    { $count ->
        [one] Un message s’adresse à vous
       *[other] { $count } messages s’adressent à vous
    }
notice-forum-mention-kind = Un message qui me nomme
notice-forum-mention-hint = Quand quelqu’un écrit @ suivi de votre prénom et de votre nom, dans un sujet que vous pouvez lire.
notice-forum-official = Votre sujet a une réponse officielle
notice-forum-official-kind = Une réponse officielle à l’un de mes sujets
notice-forum-official-hint = Quand une réponse qui engage la Région est donnée à votre question.
notice-forum-accepted = Votre réponse a été acceptée
notice-forum-accepted-kind = Une de mes réponses est acceptée
notice-forum-accepted-hint = Quand la personne qui a posé la question, ou un modérateur, retient votre réponse.
notice-forum-published = Votre message est publié
notice-forum-published-kind = Un de mes messages est publié
notice-forum-published-hint = Quand un modérateur publie ou rétablit ce que vous avez écrit.
notice-forum-withheld = Votre message n’est plus publié
notice-forum-withheld-kind = Un de mes messages est masqué ou supprimé
notice-forum-withheld-hint = Quand un modérateur, ou plusieurs signalements, retirent ce que vous avez écrit. La raison se lit sur le message.
forum-letter-refused = Votre réponse à « { $topic } » n’a pas été publiée
forum-letter-refused-untitled = Votre réponse par courriel n’a pas été publiée
forum-letter-refused-text = Vous avez répondu par courriel à un message du forum. Votre texte n’a pas été publié ; il est toujours dans vos messages envoyés.
forum-letter-refused-why = Vous recevez ce courriel parce qu’une réponse est arrivée de votre adresse.
forum-letter-open = Ouvrir le sujet et y répondre
