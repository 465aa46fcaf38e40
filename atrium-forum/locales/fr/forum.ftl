# Mots du forum.

forum-home-title = Le forum
forum-home-description = Les référents numériques et la Région : questions, problèmes, souhaits.
forum-home-lead = Les référents numériques et la Région y échangent directement. Les réponses de la Région engagent la Région.
forum-home-more = Tout le forum
forum-home-empty = Aucune catégorie ne vous est ouverte.
forum-home-recent = Derniers sujets
forum-home-unread = Non lus
forum-home-mine = Mes sujets
forum-home-unanswered = Sans réponse
forum-view-label = Vues
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
forum-ask-here = Poser une question
forum-topic-by = par { $name }

forum-official = Officiel
forum-accepted = Acceptée
forum-solved = Résolu
forum-pinned = Épinglé
forum-locked = Verrouillé
forum-confidential = Confidentiel
forum-pending = En attente
forum-hidden = Masqué
forum-deleted = Supprimé
forum-unread = Non lu
forum-official-answer = Réponse officielle de la Région
forum-accepted-answer = Réponse acceptée
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
forum-views-count = { $count ->
    [one] une lecture
   *[other] { $count } lectures
}
forum-first-unread = Aller au premier non lu
forum-related = Sur le même sujet
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

forum-reply = Répondre
forum-reply-label = Votre réponse
forum-reply-send = Envoyer la réponse
forum-reply-reviewed = Votre message sera relu par un modérateur avant d’être publié.
forum-preview = Aperçu
forum-sign-in-to-reply = Se connecter pour répondre

forum-categories = Catégories
forum-category-confidential = Chaque question n’est visible que de l’établissement qui la pose et de la Région.
forum-category-help = L’aide de ce service
forum-edit-category = Modifier la catégorie
forum-manage-categories = Gérer les catégories
forum-review-link = File de modération ({ $count })
forum-last-by = dernier message de { $name },
forum-replies-word = { $count ->
    [0] réponse
    [one] réponse
   *[other] réponses
}
