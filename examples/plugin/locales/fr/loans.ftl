loans-nav = Tablettes
loans-title = Prêt de tablettes
search-kind-loans = Prêt de tablettes
loans-about-lead = Pour les élèves qui n’ont pas d’équipement à la maison.
loans-about-who = Qui peut emprunter ?
loans-about-who-text = Les élèves des établissements qui ont rejoint le dispositif des manuels numériques, dans ces niveaux :
loans-about-how = Comment faire ?
loans-about-how-text = L’élève ou sa famille s’adresse à l’établissement, qui prête une tablette de son stock. Si le stock ne suffit pas, l’établissement demande d’autres tablettes à la Région.
loans-about-otherwise = Et si l’établissement n’a pas rejoint le dispositif ?
loans-about-otherwise-text = Le fonds social de l’établissement peut aider la famille, et les manuels existent sur papier.
loans-desks = Vos établissements
loans-not-joined = Cet établissement n’a pas rejoint le dispositif des manuels numériques : il ne prête pas de tablettes. Le fonds social et les manuels sur papier restent possibles.
loans-stock = Stock et prêts
loans-stock-count = { $count ->
    [0] Aucune tablette enregistrée
    [one] Une tablette enregistrée
   *[other] { $count } tablettes enregistrées
  }, { $free ->
    [0] aucune disponible
    [one] une disponible
   *[other] { $free } disponibles
  }
loans-stock-none = Le stock est vide : enregistrez la première tablette.
loans-label = Étiquette
loans-label-new = Étiquette de la nouvelle tablette
loans-label-help = Ce qui est inscrit au dos, par exemple : CDI 07.
loans-label-taken = Une tablette de l’établissement porte déjà cette étiquette.
loans-register = Enregistrer la tablette
loans-registered = La tablette est dans le stock.
loans-pupil = Élève
loans-pupil-elsewhere = Cette personne n’est pas élève de l’établissement.
loans-since = Depuis le
loans-act = Action
loans-free = Disponible
loans-lend = Prêter
loans-lend-title = Prêter la tablette « { $label } »
loans-lent = La tablette est prêtée.
loans-already-lent = La tablette est déjà prêtée, ou cet élève en a déjà une.
loans-return = Rendre
loans-returned = La tablette est de retour dans le stock.
loans-class = Classe
loans-class-show = Voir les élèves
loans-choose = Choisir…
loans-level = Niveau
loans-level-help = Le prêt est réservé à ces niveaux.
loans-level-final_general = Terminale générale ou technologique
loans-level-second_cap = Deuxième année de CAP
loans-level-first_vocational = Première année de la voie professionnelle
loans-level-final_vocational = Dernière année de la voie professionnelle
loans-ask-title = Demander des tablettes à la Région
loans-ask-lead = La Région livre dans la limite de son propre stock. Une seule demande à la fois.
loans-quantity = Nombre de tablettes
loans-reason = Raison
loans-reason-help = Combien d’élèves attendent, et de quels niveaux. Sans nom d’élève.
loans-ask = Envoyer la demande
loans-asked = La demande est envoyée à la Région.
loans-requests-own = Demandes à la Région
loans-requests-title = Demandes de tablettes
loans-requests-none = Aucun établissement n’a fait de demande.
loans-request-of = { $count ->
    [one] Une tablette demandée
   *[other] { $count } tablettes demandées
  }
loans-request-pending = En attente
loans-request-granted = Accordée
loans-request-refused = Refusée
loans-request-waiting = L’établissement a déjà une demande en attente.
loans-request-decided = Cette demande a déjà sa réponse.
loans-request-answer = { $count ->
    [0] Refus de la Région :
    [one] Une tablette accordée :
   *[other] { $count } tablettes accordées :
  }
loans-left = { $count ->
    [0] La Région n’a plus de tablette à livrer.
    [one] La Région peut encore livrer une tablette.
   *[other] La Région peut encore livrer { $count } tablettes.
  }
loans-granted = Nombre accordé (0 pour refuser)
loans-granted-too-many = La Région peut accorder au plus { $max }.
loans-answer = Réponse à l’établissement
loans-decide = Répondre
loans-decided = La réponse est enregistrée.
loans-field-required = Ce champ est à remplir.
loans-field-choose = Faites un choix dans la liste.
loans-field-too-long = { $max } caractères au plus.
loans-field-number = Un nombre de { $min } à { $max }.

# Dans le journal
subject-loans = Demande de tablettes
subject-loans-tablet = Tablette
act-loans-tablet-registered = Tablette enregistrée
act-loans-tablet-lent = Tablette prêtée
act-loans-tablet-returned = Tablette rendue
act-loans-request-asked = Tablettes demandées à la Région
act-loans-request-decided = Demande de tablettes traitée
changed-loans-state-pending = En attente
changed-loans-state-granted = Accordée
changed-loans-state-refused = Refusée
changed-loans-granted = Tablettes accordées
changed-loans-answer = Réponse

# Réglages, tâches et données personnelles
settings-loans = Prêt de tablettes
setting-loans-most-requested = Tablettes par demande
setting-loans-most-requested-help = Au plus, pour un établissement.
setting-loans-keep-loans = Conservation des prêts terminés (en jours)
setting-loans-keep-loans-help = 0 les conserve sans limite.
job-loans-ended = Oubli des prêts terminés depuis longtemps
privacy-loans = Les prêts de tablettes. À l’effacement, les prêts terminés sont supprimés ; un prêt en cours reste jusqu’au retour de la tablette.
role-loans-decider = Prêt de tablettes (Région)
