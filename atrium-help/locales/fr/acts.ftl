# What the record of administration calls the help’s acts
act-help-content-synced = Contenu de l’aide synchronisé
event-help-article-published = Article de l’aide publié
event-help-article-moved = Article de l’aide déplacé

subject-help = Article
subject-content = Contenu

# Ce qui est noté avec un acte, dans le journal
detail-help-added = { $count ->
    [0] Aucun article ajouté
    [one] Un article ajouté
   *[other] { $count } articles ajoutés
}
detail-help-changed = { $count ->
    [0] Aucun article modifié
    [one] Un article modifié
   *[other] { $count } articles modifiés
}
detail-help-removed = { $count ->
    [0] Aucun article retiré
    [one] Un article retiré
   *[other] { $count } articles retirés
}
detail-help-root = Dossier : { $value }
