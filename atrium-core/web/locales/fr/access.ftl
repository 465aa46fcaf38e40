# Rôles, droits et annuaire : ce qui est refusé, dit à la personne.

field-reason = Dites pourquoi : le motif est conservé avec l’opération.

access-validity-over = La fin est déjà passée, ou vient avant le début.
access-role-held-already = Cette personne a déjà ce rôle dans ce lieu.
access-role-comes-with-membership = Ce rôle vient avec l’appartenance à l’établissement : il ne s’attribue pas.
access-role-platform-only = Ce rôle ne s’attribue que pour toute la plateforme.
access-platform-admin-not-restrained = On ne restreint pas un administrateur de la plateforme : retirez-lui d’abord son rôle.
access-last-platform-admin = C’est le dernier administrateur de la plateforme : nommez-en d’abord un autre, sans date de fin.
access-role-key-malformed = De 2 à 40 caractères : des minuscules sans accent, des chiffres et des tirets bas, une lettre d’abord.
access-role-key-taken = Un rôle porte déjà ce nom technique.
access-role-in-use = { $count ->
    [one] Une personne a encore ce rôle : retirez-le-lui d’abord.
   *[other] { $count } attributions de ce rôle sont encore en cours : retirez-les d’abord.
}
access-permission-unknown = Cette plateforme ne connaît pas le droit « { $key } ».

directory-uai-taken = Un établissement porte déjà cet UAI.
directory-group-name-taken = L’établissement a déjà un groupe de ce nom.
directory-person-not-in-school = Cette personne n’appartient pas à l’établissement du groupe.
directory-membership-held-already = Cette personne a déjà ce profil dans cet établissement.
directory-guardian-comes-with-pupil = On devient responsable par un élève : reliez cette personne à l’élève.
directory-guardian-of-oneself = Personne n’est son propre responsable.
directory-external-id-taken = Cet identifiant externe appartient déjà à une autre personne.
directory-external-id-twice = La liste nomme deux fois la personne « { $key } ».
directory-sector-name-taken = Un autre secteur porte ce nom.
directory-sector-in-use = Des rôles sont donnés ou interdits sur ce secteur : retirez-les d’abord.
directory-source-malformed = Le nom de la source est formé de lettres minuscules, de chiffres et de tirets, et n’est ni « manual » ni « demo ».
directory-source-removes-many = La liste ne nomme plus { $gone } des { $known } personnes connues de cette source. Rien n’a été changé.
directory-issuer-malformed = L’émetteur est vide, trop long ou contient des espaces.
directory-external-id-malformed = L’identifiant externe est vide ou trop long.
directory-name-signs = Un nom s’écrit avec des lettres, des espaces, des apostrophes, des traits d’union et des points : sans émoji ni autre signe.
directory-name-mixed-scripts = Ce nom mélange plusieurs alphabets : écrivez-le dans un seul.
directory-name-look-alike = Ce nom est écrit avec des lettres qui en imitent d’autres : écrivez-le avec des lettres ordinaires.
access-not-oneself = On ne se donne pas de rôle à soi-même : demandez-le à quelqu’un qui administre votre établissement ou la plateforme.
access-beyond-own = On ne donne et on ne retire que des droits que l’on a soi-même, là où on les a. Adressez-vous à quelqu’un qui les a, ou à la Région.
access-role-absent = Ce rôle vient d’une partie de la plateforme qui n’est plus là : il ne donne aucun droit.
