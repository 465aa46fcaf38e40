//! Schools, classes, people and what they hold.

use std::collections::BTreeSet;

use atrium_core::directory::{PersonId, fold};
use atrium_core::login::{LoginName, PreparedPassword};
use atrium_core::{Atrium, Error, Result};
use rand::RngExt;
use sea_orm::{ConnectionTrait, Statement};

use super::rows::{Rows, Sql};
use super::{Account, FIRST_SCHOOL, Making, PASSWORD, words};

/// Classes of each school.
const CLASSES: i64 = 20;
/// People of the Region itself: the first numbers.
const REGION: [(&str, &str); 6] = [
    ("admin", "platform_admin"),
    ("support", "region_support"),
    ("developpement", "region_developer"),
    ("moderation", "moderator"),
    ("support-2", "region_support"),
    ("support-3", "region_support"),
];

/// Who there is, by number.
pub(super) struct People {
    /// Adults who write: referents first, one for each school.
    pub(super) writers: Vec<(i64, i64)>,
    /// Names by number less one.
    pub(super) names: Vec<String>,
    /// Logins, numbers and who they are.
    signing_in: Vec<(String, i64, &'static str)>,
}

/// Returns the profile of the person with this number in a school.
fn profile(turn: i64) -> &'static str {
    match turn % 20 {
        0 | 10 => "teacher",
        1 => "staff",
        2 => "school_life",
        3..=8 => "guardian",
        9 if turn % 100 == 9 => "leadership",
        _ => "student",
    }
}

pub(super) async fn write(making: &mut Making<'_>) -> Result<People> {
    schools(making).await?;
    let mut people = persons(making).await?;
    places(making, &mut people).await?;
    Ok(people)
}

async fn schools(making: &mut Making<'_>) -> Result<()> {
    let columns = "id, uai, name, name_folded, kind, city, source, created_at";
    let mut schools = Rows::of(making.db, "establishment", columns);
    let mut classes = Vec::new();
    for id in 1..=making.region.schools {
        let (place, kind) = (words::family(&mut making.random), ["lycee", "college", "lycee_pro"]);
        let kind = kind[usize::try_from(id % 3).unwrap_or_default()];
        let name = format!("{} {place}-{id}", if kind == "college" { "Collège" } else { "Lycée" });
        let (uai, folded) = (format!("013{id:04}A"), fold(&name));
        let row = [&uai, &name, &folded, kind, &place, "manual"].map(Sql::Text);
        let mut all = vec![Sql::Number(id)];
        all.extend(row);
        all.push(Sql::Number(making.now));
        schools.add(&all).await?;
        classes.extend((1..=CLASSES).map(|class| (id, class)));
    }
    schools.end().await?;
    let mut groups = Rows::of(making.db, "group", "id, establishment_id, kind, name, source");
    for (school, class) in classes {
        let name = format!("Classe {class}");
        let id = (school - 1) * CLASSES + class;
        let text = [Sql::Text("class"), Sql::Text(&name), Sql::Text("manual")];
        let [kind, name, source] = text;
        groups.add(&[Sql::Number(id), Sql::Number(school), kind, name, source]).await?;
    }
    groups.end().await
}

async fn persons(making: &mut Making<'_>) -> Result<People> {
    let columns = "id, display_name, given_name, family_name, sort_name, locale, status, source, epoch, created_at";
    let mut rows = Rows::of(making.db, "person", columns);
    let mut words = Vec::new();
    let mut names = Vec::new();
    for id in 1..=making.region.people {
        let (given, family) = (words::given(&mut making.random), words::family(&mut making.random));
        let (display, sort) = (format!("{given} {family}"), fold(&format!("{family} {given}")));
        let [display_, given_, family_, sort_] = [&display, given, &family, &sort].map(Sql::Text);
        let [locale, status, source] = ["fr", "active", "manual"].map(Sql::Text);
        let (id_, epoch, at) = (Sql::Number(id), Sql::Number(1), Sql::Number(making.now));
        rows.add(&[id_, display_, given_, family_, sort_, locale, status, source, epoch, at]).await?;
        words.extend(sort.split(' ').collect::<BTreeSet<_>>().into_iter().map(|word| (id, word.to_owned())));
        names.push(display);
    }
    rows.end().await?;
    let mut rows = Rows::of(making.db, "person_word", "person_id, word");
    for (person, word) in &words {
        rows.add(&[Sql::Number(*person), Sql::Text(word)]).await?;
    }
    rows.end().await?;
    Ok(People { writers: Vec::new(), names, signing_in: Vec::new() })
}

/// Returns memberships, classes, guardians and roles.
async fn places(making: &mut Making<'_>, people: &mut People) -> Result<()> {
    let db = making.db;
    let columns = "id, person_id, establishment_id, profile, source";
    let mut memberships = Rows::of(db, "membership", columns);
    let mut classes = Vec::new();
    let mut guardians = Vec::new();
    let mut pupil = None;
    let outside = i64::try_from(REGION.len()).unwrap_or_default();
    for id in outside + 1..=making.region.people {
        let turn = id - outside - 1;
        let school = 1 + turn % making.region.schools;
        let round = turn / making.region.schools;
        let profile = profile(round);
        memberships
            .add(&[Sql::Number(id), Sql::Number(id), Sql::Number(school), Sql::Text(profile), Sql::Text("manual")])
            .await?;
        if profile == "student" || profile == "teacher" {
            let class = (school - 1) * CLASSES + making.random.random_range(1..=CLASSES);
            classes.push((class, id));
        }
        match profile {
            "teacher" | "staff" | "school_life" | "leadership" => people.writers.push((id, school)),
            // The child is the next pupil of the same school, in the rounds that follow.
            "guardian" => guardians.push((id, id + making.region.schools * (11 - round % 20))),
            _ => {}
        }
        if school == FIRST_SCHOOL && round < 20 {
            match profile {
                "guardian" if round == 3 => people.signing_in.push(("parent".to_owned(), id, "guardian")),
                "student" if pupil.is_none() => {
                    pupil = Some(id);
                    people.signing_in.push(("eleve".to_owned(), id, "pupil"));
                }
                "teacher" if round == 10 => people.signing_in.push(("professeur".to_owned(), id, "teacher")),
                _ => {}
            }
        }
    }
    memberships.end().await?;
    let mut rows = Rows::of(db, "group_member", "group_id, person_id");
    for (class, person) in classes {
        rows.add(&[Sql::Number(class), Sql::Number(person)]).await?;
    }
    rows.end().await?;
    let mut rows = Rows::of(db, "guardian", "guardian_id, child_id, source");
    for (guardian, child) in guardians.into_iter().filter(|(_, child)| *child <= making.region.people) {
        rows.add(&[Sql::Number(guardian), Sql::Number(child), Sql::Text("manual")]).await?;
    }
    rows.end().await?;
    roles(making, people).await
}

async fn roles(making: &Making<'_>, people: &mut People) -> Result<()> {
    let columns = "id, person_id, role_id, scope_kind, establishment_id, effect, source, reason, given_for, created_at";
    let mut rows = Rows::of(making.db, "assignment", columns);
    let referents = usize::try_from(making.region.schools).unwrap_or_default().min(people.writers.len());
    let mut given = Vec::new();
    for (id, (login, role)) in (1_i64..).zip(REGION) {
        people.signing_in.push((login.to_owned(), id, role));
        given.push((id, role, None));
    }
    for (person, school) in &people.writers[..referents] {
        if *school == FIRST_SCHOOL {
            people.signing_in.push(("referent".to_owned(), *person, "digital_referent"));
        }
        given.push((*person, "digital_referent", Some(*school)));
    }
    for (number, (person, role, school)) in (1_i64..).zip(given) {
        let role = role_id(making, role).await?;
        let kind = if school.is_some() { "establishment" } else { "platform" };
        let school = school.map_or(Sql::Null, Sql::Number);
        let [kind, effect, source, reason, given_for] = [kind, "permit", "manual", "", "platform"].map(Sql::Text);
        let (id, person, role, at) =
            (Sql::Number(number), Sql::Number(person), Sql::Number(role), Sql::Number(making.now));
        rows.add(&[id, person, role, kind, school, effect, source, reason, given_for, at]).await?;
    }
    rows.end().await
}

async fn role_id(making: &Making<'_>, key: &str) -> Result<i64> {
    let backend = making.db.get_database_backend();
    let query = Statement::from_sql_and_values(backend, "SELECT id FROM atrium_role WHERE key = $1", [key.into()]);
    let row = making.db.query_one_raw(query).await?;
    Ok(row.ok_or_else(|| Error::bug(format!("the role `{key}` is missing")))?.try_get("", "id")?)
}

/// Lets the people sign in who are to.
pub(super) async fn accounts(atrium: &Atrium, people: &People) -> Result<Vec<Account>> {
    let (access, operator) = (atrium.access(), atrium.operator());
    let mut accounts = Vec::new();
    for (name, id, who) in &people.signing_in {
        let login = LoginName::parse(name).map_err(|message| Error::bug(format!("login `{name}`: {}", message.key)))?;
        let prepared = PreparedPassword::new(PASSWORD, name).await?;
        access.login().create_login(&operator, PersonId(*id), &login).await?;
        access.login().give_prepared(&operator, PersonId(*id), &prepared).await?;
        accounts.push(Account { name: name.clone(), who });
    }
    Ok(accounts)
}
