//! Names and sentences, drawn with a long tail.

use rand::RngExt;
use rand::rngs::StdRng;

pub(super) const GIVEN: [&str; 24] = [
    "Aline", "Karim", "Léa", "Hugo", "Inès", "Paul", "Nora", "Samir", "Chloé", "Adrien", "Maud", "Élodie", "Yanis",
    "Rose", "Victor", "Salomé", "Ismaël", "Jeanne", "Noé", "Agathe", "Marius", "Lina", "Octave", "Zoé",
];
const STARTS: [&str; 20] = [
    "Bar", "Cha", "Del", "Fon", "Gar", "Hal", "Jou", "Lam", "Mar", "Nav", "Oli", "Per", "Rou", "Sal", "Tis", "Val",
    "Vig", "Ber", "Cas", "Dur",
];
const ENDS: [&str; 20] = [
    "thes", "bert", "mont", "tier", "dier", "reau", "lin", "sard", "vet", "gnac", "quin", "rault", "zon", "ville",
    "lard", "nier", "court", "dan", "zac", "mier",
];
const OPENINGS: [&str; 10] = [
    "Depuis ce matin,",
    "Quand un élève ouvre la page,",
    "Chez nous,",
    "Dans le casier de la classe,",
    "Après la mise à jour,",
    "Sur le téléphone d’un parent,",
    "Une fois connecté,",
    "À la vie scolaire,",
    "Pour une classe entière,",
    "Avec le nouveau navigateur,",
];
const SUBJECTS: [&str; 12] = [
    "la messagerie",
    "le cahier de textes",
    "l’emploi du temps",
    "le casier",
    "la feuille d’appel",
    "le carnet de liaison",
    "l’agenda",
    "le dossier partagé",
    "la salle de visioconférence",
    "le compte d’un parent",
    "la liste de diffusion",
    "la page d’accueil",
];
const HAPPENINGS: [&str; 12] = [
    "n’affiche rien",
    "reste vide",
    "demande un mot de passe",
    "s’ouvre deux fois",
    "garde l’ancien nom",
    "est très lent",
    "perd les pièces jointes",
    "refuse le fichier",
    "montre l’année passée",
    "ne s’enregistre pas",
    "renvoie à l’accueil",
    "affiche une erreur",
];

/// Returns a number below `most`, most often a small one.
pub(super) fn skewed(random: &mut StdRng, most: i64) -> i64 {
    let share: f64 = random.random_range(0.0..1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "below `most`, which is small")]
    let number = (share * share * share * most as f64) as i64;
    number.min(most - 1)
}

fn one<'a>(random: &mut StdRng, of: &[&'a str]) -> &'a str {
    of[random.random_range(0..of.len())]
}

pub(super) fn given(random: &mut StdRng) -> &'static str {
    one(random, &GIVEN)
}

pub(super) fn family(random: &mut StdRng) -> String {
    format!("{}{}", one(random, &STARTS), one(random, &ENDS))
}

pub(super) fn title(random: &mut StdRng, number: i64) -> String {
    let (subject, happening) = (one(random, &SUBJECTS), one(random, &HAPPENINGS));
    let mut letters = subject.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    format!("{}{} {happening} (dossier {number})", first.collect::<String>(), letters.as_str())
}

/// Returns a text of a few sentences.
pub(super) fn text(random: &mut StdRng) -> String {
    let sentences = 1 + skewed(random, 6);
    let sentence = |_| {
        let (opening, subject, happening) = (one(random, &OPENINGS), one(random, &SUBJECTS), one(random, &HAPPENINGS));
        format!("{opening} {subject} {happening}.")
    };
    (0..sentences).map(sentence).collect::<Vec<_>>().join(" ")
}
