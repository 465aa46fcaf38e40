# Mots de l’aide en ligne.

help-feed-title = Ce qui change dans l’aide
help-home-title = L’aide
help-home-description = Tout ce que fait { PRODUCT() }, service par service.
help-home-lead = Chaque service { DE(PRODUCT()) }, expliqué : à quoi il sert, qui y a droit, que vérifier quand il ne marche pas.
help-home-more = { $count ->
    [0] Toute l’aide
    [one] Un article
   *[other] Les { $count } articles de l’aide
}
help-home-useful = Les plus utiles
help-home-recent = Mis à jour
help-article-count = { $count ->
    [0] Aucun article
    [one] Un article
   *[other] { $count } articles
}
help-home-empty = L’aide n’a pas encore d’article.
help-home-services = Les services
help-home-collections = Repères et démarches

help-service-articles = Articles
help-service-sections = Rubriques
help-service-more = { $count ->
    [one] Un autre article se trouve par la recherche.
   *[other] { $count } autres articles se trouvent par la recherche.
}
help-service-empty = Aucun article ne traite encore de ce service.
help-service-open = Ouvrir { $service }
help-service-not-available = Ce service n’est pas proposé dans votre établissement.
help-service-elsewhere = Autour de ce service

help-toc = Dans cet article
help-for-whom = Pour :
help-updated = Mis à jour le
help-reader-note = Vous lisez cette page comme : { $profiles }.
help-nav-accessibility = Accessibilité
help-review-due = La date de relecture de cet article est passée : certains points ont pu changer.
help-reader-choice = Lire la page comme :
help-sequence = Articles voisins
help-previous = Article précédent
help-next = Article suivant

help-feedback-question = Cet article vous a-t-il aidé ?
help-feedback-yes = Oui
help-feedback-no = Non
help-feedback-yes-send = Oui, envoyer
help-feedback-no-send = Non, envoyer
help-french-only = Cet article existe en français seulement.
help-feedback-more = Ajouter un commentaire
help-feedback-comment = Commentaire
help-feedback-comment-help = Dites ce qui manque ou ce qui n’est pas clair. N’écrivez pas de nom ni de mot de passe.
help-feedback-choose = Dites d’abord si l’article vous a aidé : oui ou non.
help-feedback-thanks = Merci de votre réponse.
help-feedback-thanks-more = Elle aide à corriger et à compléter l’aide.

## Passages propres à certains lecteurs

help-trait-manuels-numeriques = établissements qui ont rejoint les manuels numériques
help-trait-sans-manuels-numeriques = établissements sans manuels numériques
help-block-service = établissements qui ont { $service }
help-block-some = certains lecteurs

## Premiers pas

help-step-content-title = Vérifier le contenu de l’aide
help-step-content-text = L’aide { DE(PRODUCT()) } est fournie avec la plateforme. Vos propres articles s’ajoutent avec la commande « help sync ».
help-step-content-do = Voir l’aide, encore vide
help-step-content-done = Lire l’aide

## Avis des lecteurs

help-manage-opinions = Avis sur l’aide
help-opinions-title = Avis sur l’aide
help-opinions-lead = Ce que les lecteurs ont pensé des articles. Les avis les plus récents d’abord ; personne n’est nommé.
help-opinions-link = Lire les avis sur cet article
help-opinions-article = Voir l’article
help-opinions-filter = Avis
help-opinions-all = Tous les avis
help-opinions-with-comment = Avec un commentaire
help-opinions-not-useful-only = Article jugé inutile
help-opinions-none = Aucun avis ici.
help-opinions-newest = Dernier avis le
help-opinions-useful = { $count ->
    [0] Aucun avis favorable
    [one] Utile pour un lecteur
   *[other] Utile pour { $count } lecteurs
}
help-opinions-not-useful = { $count ->
    [0] Aucun avis défavorable
    [one] Inutile pour un lecteur
   *[other] Inutile pour { $count } lecteurs
}
help-opinion-useful = Utile
help-opinion-not-useful = Pas utile
help-manage-opinions-summary = Ce que les lecteurs ont pensé des articles.

# Les réglages de l’aide
settings-help = Aide
setting-help-recent = Articles récents à l’accueil de l’aide
setting-help-recent-help = Nombre d’articles modifiés depuis peu.
setting-help-useful = Articles utiles à l’accueil de l’aide
setting-help-useful-help = Nombre d’articles que les lecteurs jugent les plus utiles.
setting-help-opinions-per-hour = Avis par lecteur et par heure
setting-help-opinions-per-hour-help = Un établissement qui partage une adresse compte comme un lecteur non connecté.
setting-help-keep-opinions = Conservation des avis (en jours)
setting-help-keep-opinions-help = 0 les conserve sans limite.
job-help-opinions = Oubli des vieux avis
privacy-help = Les avis sur les articles. À l’effacement, ils restent, sans leur auteur, pour améliorer les articles.
role-help-author = Rédacteur de l’aide
role-help-reviewer = Relecteur de l’aide
search-kind-help = Aide
