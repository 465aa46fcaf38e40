# What the record of administration calls the forum’s acts
act-forum-topic-created = Sujet ouvert
act-forum-topic-submitted = Sujet proposé
act-forum-topic-approved = Sujet publié
act-forum-topic-hidden = Sujet masqué
act-forum-topic-deleted = Sujet supprimé
act-forum-topic-restored = Sujet rétabli
act-forum-topic-locked = Sujet verrouillé
act-forum-topic-unlocked = Sujet déverrouillé
act-forum-topic-pinned = Sujet épinglé
act-forum-topic-unpinned = Sujet désépinglé
act-forum-topic-refiled = Sujet classé ailleurs
act-forum-topic-restricted = Sujet rendu confidentiel
act-forum-topic-opened = Sujet rendu public
act-forum-topic-accepted = Réponse acceptée
act-forum-topic-reopened = Réponse qui n’est plus acceptée
act-forum-topic-answered-officially = Réponse officielle
act-forum-topic-official-withdrawn = Réponse officielle retirée
act-forum-post-created = Message publié
act-forum-post-submitted = Message proposé
act-forum-post-approved = Message approuvé
act-forum-post-edited = Message modifié
act-forum-post-edit-proposed = Modification proposée
act-forum-post-hidden = Message masqué
act-forum-post-deleted = Message supprimé
act-forum-post-restored = Message rétabli
act-forum-post-flagged = Message signalé
act-forum-review-claimed = Dossier pris
act-forum-review-released = Dossier rendu
act-forum-review-decided = Décision de modération
act-forum-category-created = Catégorie créée
act-forum-category-updated = Catégorie modifiée

subject-forum = Sujet
subject-forum-category = Catégorie

# Les champs qu’une modification change, dans le journal
changed-forum-slug = Adresse
changed-forum-description = Description
changed-forum-establishment = Établissement
changed-forum-see = Voient
changed-forum-ask = Demandent
changed-forum-answer = Répondent
changed-forum-moderation = Modération
changed-forum-moderation-open = Publication directe
changed-forum-moderation-first-posts = Premiers messages relus
changed-forum-moderation-all-posts = Tous les messages relus
changed-forum-confidential = Confidentielle
changed-forum-template = Modèle
changed-forum-position = Rang
changed-forum-category = Catégorie
changed-forum-kind-question = Question
changed-forum-kind-problem = Problème
changed-forum-kind-wish = Souhait
changed-forum-kind-discussion = Discussion
changed-forum-kind-announcement = Annonce
changed-forum-readers = Lecteurs
changed-forum-readers-open = Ceux de la catégorie
changed-forum-readers-confidential = Confidentiel
changed-forum-pinned = Épinglé
changed-forum-locked = Verrouillé
changed-forum-accepted-post = Réponse acceptée
changed-forum-accepted-revision = Version acceptée
changed-forum-official-post = Réponse officielle
changed-forum-title = Titre
changed-forum-text = Texte

# Ce qui est noté avec un acte, dans le journal
detail-forum-answer = Répondent : { $value }
detail-forum-ask = Demandent : { $value }
detail-forum-audience-public = tout le monde
detail-forum-audience-signed-in = toute personne connectée
detail-forum-category = Catégorie n° { $value }
detail-forum-cause = { $value }
detail-forum-cause-edited = Parce que le texte a changé
detail-forum-cause-flags = Après plusieurs signalements
detail-forum-cause-said = Par décision d’une personne
detail-forum-confidential = Catégorie confidentielle
detail-forum-decision = { $value }
detail-forum-decision-keep = Ce qui attendait est gardé ou publié
detail-forum-decision-remove = Ce qui attendait est retiré ou refusé
detail-forum-from = { $value }
detail-forum-from-deleted = Jusque-là supprimé
detail-forum-from-hidden = Jusque-là masqué
detail-forum-from-pending = Jusque-là en attente
detail-forum-from-visible = Jusque-là visible
detail-forum-item = Dossier n° { $value }
detail-forum-moderation = { $value }
detail-forum-moderation-open = Publication directe
detail-forum-moderation-first-posts = Premiers messages relus
detail-forum-moderation-all-posts = Tous les messages relus
detail-forum-number = Message { $value } du sujet
detail-forum-post = Message n° { $value }
detail-forum-reason = Signalé pour : { $value }
detail-forum-reason-off-topic = hors sujet
detail-forum-reason-other = autre chose
detail-forum-reason-personal-data = données personnelles
detail-forum-reason-rude = propos déplacés
detail-forum-reason-spam = publicité
detail-forum-reopened = La question est de nouveau ouverte
detail-forum-revision = Version { $value }
detail-forum-see = Voient : { $value }
detail-forum-slug = Adresse : { $value }
detail-forum-topics-moved = { $count ->
    [one] Un sujet change d’établissement
   *[other] { $count } sujets changent d’établissement
}
detail-forum-topics-opened = { $count ->
    [one] Un sujet redevient lisible par tous les lecteurs de la catégorie
   *[other] { $count } sujets redeviennent lisibles par tous les lecteurs de la catégorie
}
detail-forum-topics-restricted = { $count ->
    [one] Un sujet devient confidentiel
   *[other] { $count } sujets deviennent confidentiels
}
changed-forum-audience-public = tout le monde
changed-forum-audience-signed-in = toute personne connectée
