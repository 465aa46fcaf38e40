//! The services that come with the platform, written to the database at start.

/// A service as the code declares it.
pub(super) struct BuiltIn {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) name_en: &'static str,
    pub(super) summary_fr: &'static str,
    pub(super) summary_en: &'static str,
    pub(super) everywhere: bool,
    pub(super) profiles: &'static str,
}

const ALL: &str = "*";
const PUPILS_AND_TEACHERS: &str = "student teacher";

impl BuiltIn {
    const fn new(
        key: &'static str,
        name: &'static str,
        profiles: &'static str,
        summary_fr: &'static str,
        summary_en: &'static str,
    ) -> Self {
        Self { key, name, name_en: name, summary_fr, summary_en, everywhere: true, profiles }
    }

    const fn in_english(mut self, name: &'static str) -> Self {
        self.name_en = name;
        self
    }

    const fn in_some_establishments(mut self) -> Self {
        self.everywhere = false;
        self
    }
}

/// The services in the order in which they are shown.
pub(super) const SERVICES: [BuiltIn; 15] = [
    BuiltIn::new(
        "documents",
        "Documents",
        ALL,
        "Déposer et échanger des documents dans des dossiers organisés par un enseignant ou un personnel.",
        "Deposit and exchange documents in folders organised by a teacher or a member of staff.",
    ),
    BuiltIn::new(
        "casier",
        "Casier",
        PUPILS_AND_TEACHERS,
        "Rendre ses devoirs à ses enseignants, et les ramasser.",
        "Hand in homework to teachers, and collect it.",
    )
    .in_english("Homework tray"),
    BuiltIn::new(
        "messagerie",
        "Messagerie",
        ALL,
        "Écrire à une personne, à une classe ou à un groupe, et aux parents, même d’un autre établissement.",
        "Write to a person, a class or a group, and to parents, across establishments too.",
    )
    .in_english("Messaging"),
    BuiltIn::new(
        "liferaysync",
        "LiferaySync",
        ALL,
        "Synchroniser ses documents avec sa tablette ou son ordinateur pour les lire et les modifier hors connexion.",
        "Synchronise documents with a tablet or computer, to read and edit them offline.",
    ),
    BuiltIn::new(
        "correlyce",
        "Correlyce",
        PUPILS_AND_TEACHERS,
        "Ouvrir tous ses manuels numériques et ressources en ligne, et les télécharger pour les lire hors connexion.",
        "Open all digital textbooks and online resources, and download them to read offline.",
    ),
    BuiltIn::new(
        "enseigno",
        "Enseigno",
        PUPILS_AND_TEACHERS,
        "Du soutien scolaire dans toutes les matières jusqu’à la terminale et à la voie professionnelle.",
        "School support in all subjects, up to the final year and vocational training.",
    ),
    BuiltIn::new(
        "annabac",
        "Annabac",
        PUPILS_AND_TEACHERS,
        "Réviser seul, de la seconde à la terminale : annales, exercices corrigés, fiches de cours.",
        "Revise alone, through the three lycée years: past papers, corrected exercises, course sheets.",
    ),
    BuiltIn::new(
        "universalis",
        "Universalis",
        PUPILS_AND_TEACHERS,
        "Chercher dans l’encyclopédie Universalis et Universalis Junior.",
        "Look things up in the Universalis encyclopaedia and Universalis Junior.",
    ),
    BuiltIn::new(
        "lemonde",
        "Le Monde",
        PUPILS_AND_TEACHERS,
        "Lire le journal Le Monde et ses archives.",
        "Read the newspaper Le Monde and its archives.",
    ),
    BuiltIn::new(
        "madmagz",
        "Madmagz",
        PUPILS_AND_TEACHERS,
        "Réaliser le magazine de la classe ou de l’établissement.",
        "Make a magazine of the class or the school.",
    ),
    BuiltIn::new("moodle", "Moodle", ALL, "La plateforme d’apprentissage Moodle.", "The Moodle learning platform.")
        .in_some_establishments(),
    BuiltIn::new("chamilo", "Chamilo", ALL, "La plateforme d’apprentissage Chamilo.", "The Chamilo learning platform.")
        .in_some_establishments(),
    BuiltIn::new(
        "pronote",
        "Pronote",
        ALL,
        "La vie scolaire et le cahier de textes des élèves.",
        "School life and the pupils’ homework diary.",
    )
    .in_some_establishments(),
    BuiltIn::new("aide", "Aide", ALL, "Comprendre et utiliser chaque service.", "Understand and use each service.")
        .in_english("Help"),
    BuiltIn::new(
        "forum",
        "Forum",
        "",
        "Poser ses questions à la Région et aux autres administrateurs.",
        "Put questions to the Region and to the other administrators.",
    ),
];
