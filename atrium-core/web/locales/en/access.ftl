# Roles, rights and directory: what is refused, told to the person.

field-reason = Say why: the reason is kept with the act.

access-validity-over = The end is past already, or comes before the start.
access-role-held-already = This person holds this role here already.
access-role-comes-with-membership = This role comes with belonging to the school: it is not granted.
access-role-platform-only = This role is granted for the whole platform only.
access-platform-admin-not-restrained = A platform administrator is not restrained: revoke the role first.
access-last-platform-admin = This is the last platform administrator: name another one first, without an end date.
access-role-key-malformed = 2 to 40 characters: unaccented lower-case letters, digits and underscores, a letter first.
access-role-key-taken = A role has this technical name already.
access-role-in-use = { $count ->
    [one] One person still holds this role: revoke it first.
   *[other] { $count } grants of this role are still current: revoke them first.
}
access-permission-unknown = This platform does not know the right “{ $key }”.

directory-uai-taken = A school has this UAI already.
directory-group-name-taken = The school has a group of this name already.
directory-person-not-in-school = This person does not belong to the group’s school.
directory-membership-held-already = This person has this profile in this school already.
directory-guardian-comes-with-pupil = One becomes a guardian through a pupil: link this person to the pupil.
directory-guardian-of-oneself = Nobody is their own guardian.
directory-external-id-taken = This external identifier belongs to another person already.
directory-external-id-twice = The list names the person “{ $key }” twice.
directory-sector-name-taken = Another sector has this name.
directory-sector-in-use = Roles are given or forbidden at this sector: revoke them first.
directory-source-malformed = The name of the source is made of lower-case letters, digits and hyphens, and is neither “manual” nor “demo”.
directory-source-removes-many = The list lacks { $gone } of the { $known } people known from this source. Nothing was changed.
directory-issuer-malformed = The issuer is empty, too long or contains spaces.
directory-external-id-malformed = The external identifier is empty or too long.
directory-name-signs = A name is written with letters, spaces, apostrophes, hyphens and full stops: without emoji or other signs.
directory-name-mixed-scripts = This name mixes several alphabets: write it in one.
directory-name-look-alike = This name is written in letters that look like others: write it in ordinary ones.
access-not-oneself = Nobody gives themselves a role: ask somebody who administers your school or the platform.
access-beyond-own = One gives and takes away only rights that one holds oneself, where one holds them. Ask somebody who holds them, or the Region.
access-role-absent = This role comes from a part of the platform that is no longer there: it gives no rights.
