# What the record of administration calls the help’s acts
act-help-content-synced = Contenu de l’aide synchronisé
act-help-feedback-given = Avis donné

subject-help = Article
subject-content = Contenu
