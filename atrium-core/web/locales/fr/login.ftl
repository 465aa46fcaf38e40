# Connexion.

login-title = Se connecter
login-lead = Avec l’identifiant donné par votre établissement ou par la Région.
login-name = Identifiant
login-password = Mot de passe
login-forgotten = Mot de passe oublié ? Le référent numérique de votre établissement peut vous donner un lien pour en choisir un autre.
login-busy = Beaucoup de monde se connecte en ce moment. Réessayez dans quelques secondes.
login-unusable = Votre compte n’a pas pu être repris ici. Vous pouvez lire l’aide ; pour le reste, adressez-vous au référent numérique de votre établissement.
login-refused = L’identifiant ou le mot de passe ne convient pas.
login-suspended = Ce compte est suspendu. Adressez-vous au référent numérique de votre établissement ou à l’assistance de la Région.
login-wait = { $seconds ->
    [one] Trop d’essais. Attendez une seconde avant de recommencer.
   *[other] Trop d’essais. Attendez { $seconds } secondes avant de recommencer.
}
login-signed-out = Vous êtes déconnecté.
login-set-password-title = Choisir votre mot de passe
login-set-password-lead = Pour le compte { DE($name) }. Ce lien ne sert qu’une fois.
login-set-password = Enregistrer et se connecter
login-password-set = Votre mot de passe est enregistré et vous êtes connecté.
login-name-keep = Notez-le : il vous servira à chaque connexion.
login-new-password = Nouveau mot de passe
login-password-again = Le même, encore une fois
login-password-help = { $min } caractères au moins. Une phrase facile à retenir convient très bien.
login-password-short = C’est trop court : { $min } caractères au moins.
login-password-long = C’est trop long : { $max } caractères au plus.
login-password-is-name = Votre identifiant ne peut pas servir de mot de passe.
login-password-common = Ce mot de passe est trop répandu. Choisissez plutôt une phrase à vous.
login-current-wrong = Ce n’est pas votre mot de passe actuel.
login-name-length = L’identifiant compte de { $min } à { $max } caractères.
login-name-characters = Seulement des lettres sans accent, des chiffres et les signes « . », « - », « _ » et « @ ».
login-name-taken = Cet identifiant est déjà pris.
login-no-account = Cette personne n’a pas d’identifiant local.

# A form that came after the session had ended
login-unsent-kept = Votre session est terminée. Connectez-vous : ce que vous avez écrit est gardé, vous pourrez l’envoyer ensuite.
login-unsent-other = Le compte n’est pas celui qui avait écrit : son texte n’est pas envoyé, et n’est pas montré ici.
login-signed-in = Votre session est ouverte.
login-unsent-title = Il reste à envoyer
login-unsent-lead = Vous êtes de nouveau connecté. Ce que vous aviez écrit n’est pas encore parti.
login-unsent-send = Envoyer maintenant
login-password-same = C’est le mot de passe actuel : choisissez-en un autre.
login-link-dead = Ce lien de connexion ne fonctionne plus : il a déjà servi, il a expiré, un autre l’a remplacé, ou vos droits ont changé depuis. Demandez-en un autre à la personne qui vous l’a donné.
login-program-signs-in = Un programme n’a pas d’identifiant : il a des jetons.
