# What the record of administration calls the help’s acts
act-help-content-synced = Contenu de l’aide synchronisé

subject-help = Article
subject-content = Contenu
