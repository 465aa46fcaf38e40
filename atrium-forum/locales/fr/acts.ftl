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
act-forum-topic-refiled = Sujet déplacé
act-forum-topic-restricted = Sujet rendu confidentiel
act-forum-topic-opened = Sujet ouvert à tous les lecteurs
act-forum-topic-accepted = Réponse acceptée
act-forum-topic-reopened = Réponse qui n’est plus acceptée
act-forum-topic-answered-officially = Réponse rendue officielle
act-forum-topic-official-withdrawn = Caractère officiel retiré
act-forum-post-created = Message publié
act-forum-post-submitted = Message proposé
act-forum-post-approved = Message approuvé
act-forum-post-edited = Message modifié
act-forum-post-edit-proposed = Modification proposée
act-forum-post-hidden = Message masqué
act-forum-post-deleted = Message supprimé
act-forum-post-restored = Message rétabli
act-forum-post-flagged = Message signalé
act-forum-review-claimed = Dossier pris en charge
act-forum-review-released = Dossier rendu à la file
act-forum-review-decided = Décision de modération
act-forum-category-created = Catégorie créée
act-forum-category-updated = Catégorie modifiée

subject-forum = Sujet
subject-forum-category = Catégorie

# Les champs qu’une modification change, dans le journal
changed-forum-slug = { forum-category-slug }
changed-forum-description = { forum-category-description }
changed-forum-establishment = { forum-category-establishment }
changed-forum-see = { forum-category-sees }
changed-forum-ask = { forum-category-asks }
changed-forum-answer = { forum-category-answers }
changed-forum-moderation = { forum-category-moderation }
changed-forum-moderation-open = { forum-moderation-open }
changed-forum-moderation-first-posts = { forum-moderation-first-posts }
changed-forum-moderation-all-posts = { forum-moderation-all-posts }
changed-forum-confidential = { forum-category-confidential-label }
changed-forum-template = { forum-category-template }
changed-forum-position = { forum-category-position }
changed-forum-category = { forum-category }
changed-forum-kind-question = { forum-kind-question }
changed-forum-kind-problem = { forum-kind-problem }
changed-forum-kind-wish = { forum-kind-wish }
changed-forum-kind-discussion = { forum-kind-discussion }
changed-forum-kind-announcement = { forum-kind-announcement }
changed-forum-readers = Lecteurs
changed-forum-readers-open = Ceux de la catégorie
changed-forum-readers-confidential = { forum-confidential }
changed-forum-pinned = { forum-pinned }
changed-forum-locked = { forum-locked }
changed-forum-accepted-post = { forum-accepted-answer }
changed-forum-accepted-revision = Version acceptée
changed-forum-official-post = { forum-official-answer }
changed-forum-title = { forum-ask-title-label }
changed-forum-text = { forum-edit-body }

# Ce qui est noté avec un acte, dans le journal
detail-forum-answer = { forum-category-answers } : { $value }
detail-forum-ask = { forum-category-asks } : { $value }
detail-forum-audience-public = { forum-audience-public }
detail-forum-audience-signed-in = { forum-audience-signed-in }
detail-forum-category = { forum-category } : { $value }
detail-forum-cause = { $value }
detail-forum-cause-edited = Parce que le texte a changé
detail-forum-cause-flags = Après plusieurs signalements
detail-forum-cause-said = Par décision d’une personne
detail-forum-confidential = { forum-category-confidential-label }
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
detail-forum-moderation-open = { forum-moderation-open }
detail-forum-moderation-first-posts = { forum-moderation-first-posts }
detail-forum-moderation-all-posts = { forum-moderation-all-posts }
detail-forum-number = Message { $value } du sujet
detail-forum-post = Message n° { $value }
detail-forum-reason = Signalé pour : { $value }
detail-forum-reason-off-topic = { forum-flag-why-off-topic }
detail-forum-reason-other = { forum-flag-why-other }
detail-forum-reason-personal-data = { forum-flag-why-personal-data }
detail-forum-reason-rude = { forum-flag-why-rude }
detail-forum-reason-spam = { forum-flag-why-spam }
detail-forum-reopened = La question est de nouveau ouverte
detail-forum-revision = Version { $value }
detail-forum-see = { forum-category-sees } : { $value }
detail-forum-slug = { forum-category-slug } : { $value }
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
changed-forum-audience-public = { forum-audience-public }
changed-forum-audience-signed-in = { forum-audience-signed-in }
