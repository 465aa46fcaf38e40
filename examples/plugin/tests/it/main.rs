//! The desk from outside: permissions, effects, and the content of pages per reader.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

mod world;

use atrium_core::Atrium;
use atrium_core::access::{Actor, Via};
use atrium_core::audit;
use atrium_core::clap::Command;
use atrium_core::db::count_queries;
use atrium_core::directory::Profile;
use atrium_core::plugin::Terminal;
use atrium_core::search::Filter;
use atrium_core::testing::assert_templates;
use atrium_plugin_loans::Loans;
use atrium_plugin_loans::desk::{self, Label, Level, NewLoan};
use atrium_plugin_loans::requests::{self, NewRequest, State};
use atrium_plugin_loans::{DECIDE, MANAGE};
use axum::http::StatusCode;
use sea_orm::ConnectionTrait;

use world::{TILLEULS, World, person};

#[tokio::test]
async fn a_tablet_is_registered_lent_and_taken_back() {
    let world = World::new().await;
    let tablet = world.register(world.head, "CDI 07").await.unwrap();
    world.lend(world.head, tablet, world.pupil).await.unwrap();
    let stock = desk::store::stock(world.atrium.db(), world.school).await.unwrap();
    assert_eq!(stock[0].1.as_ref().unwrap().pupil_id, world.pupil);

    world.take_back(world.head, tablet).await.unwrap();
    world.take_back(world.head, tablet).await.unwrap();
    let stock = desk::store::stock(world.atrium.db(), world.school).await.unwrap();
    assert!(stock[0].1.is_none());
    assert_eq!(world.traces().await, (3, 3), "each act leaves one event and one record, a second return none");
}

#[tokio::test]
async fn nobody_but_the_schools_own_desk_runs_it() {
    let world = World::new().await;
    let tablet = world.register(world.head, "CDI 07").await.unwrap();
    for stranger in [world.teacher, world.pupil, world.head_elsewhere, world.region] {
        assert!(world.register(stranger, "CDI 08").await.unwrap_err().is_forbidden());
        assert!(world.lend(stranger, tablet, world.pupil).await.unwrap_err().is_forbidden());
        assert!(world.take_back(stranger, tablet).await.unwrap_err().is_forbidden());
        assert!(world.ask(stranger, 3).await.unwrap_err().is_forbidden());
        let opened = desk::actions::open(world.atrium.db(), &world.actor(stranger).await, TILLEULS).await;
        assert!(opened.unwrap_err().is_forbidden());
    }
    assert_eq!(world.traces().await, (1, 1));
}

#[tokio::test]
async fn only_the_region_reads_and_decides_requests() {
    let world = World::new().await;
    let request = world.ask(world.head, 3).await.unwrap();
    for stranger in [world.head, world.teacher, world.pupil] {
        let actor = world.actor(stranger).await;
        assert!(requests::actions::list(world.atrium.db(), &actor, None, 10).await.unwrap_err().is_forbidden());
        assert!(world.decide(stranger, request, 3).await.unwrap_err().is_forbidden());
    }
    let stranger = world.actor(world.head_elsewhere).await;
    let school = requests::actions::school_of(world.atrium.db(), &stranger, request).await;
    assert!(school.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_tablet_goes_to_one_pupil_and_a_pupil_has_one_tablet() {
    let world = World::new().await;
    let first = world.register(world.head, "CDI 07").await.unwrap();
    let second = world.register(world.head, "CDI 08").await.unwrap();
    let other = person(&world.atrium, "Lou", Some((world.school, Profile::Student))).await;
    world.lend(world.head, first, world.pupil).await.unwrap();
    assert!(world.lend(world.head, first, other).await.unwrap_err().is_conflict());
    assert!(world.lend(world.head, second, world.pupil).await.unwrap_err().is_conflict());
    world.lend(world.head, second, other).await.unwrap();
    assert!(world.register(world.head, "CDI 07").await.unwrap_err().is_invalid());
}

#[tokio::test]
async fn a_tablet_goes_to_pupils_of_the_school_only() {
    let world = World::new().await;
    let tablet = world.register(world.head, "CDI 07").await.unwrap();
    let stranger = person(&world.atrium, "Zoé", Some((world.elsewhere, Profile::Student))).await;
    assert!(world.lend(world.head, tablet, stranger).await.unwrap_err().is_invalid());
    assert!(world.lend(world.head, tablet, world.teacher).await.unwrap_err().is_invalid());
    let actor = world.actor(world.head_elsewhere).await;
    let to = NewLoan { pupil: stranger, level: Level::FinalGeneral };
    let lent = desk::actions::lend(world.atrium.db(), &actor, world.elsewhere, tablet, to).await;
    assert!(lent.unwrap_err().is_not_found(), "the tablet belongs to another school");
}

#[tokio::test]
async fn a_school_that_has_not_joined_has_no_desk() {
    let world = World::new().await;
    let actor = world.actor(world.head).await;
    let label = Label::parse("CDI 07").unwrap();
    let registered = desk::actions::register(world.atrium.db(), &actor, world.outside, &label).await;
    assert!(registered.unwrap_err().is_conflict());
    let desks = desk::actions::list(world.atrium.db(), &actor).await.unwrap();
    assert_eq!(desks.iter().map(|school| school.id).collect::<Vec<_>>(), [world.school]);
}

#[tokio::test]
async fn the_region_grants_no_more_than_was_asked_or_is_left_and_decides_once() {
    let world = World::new().await;
    let request = world.ask(world.head, 8).await.unwrap();
    assert!(world.ask(world.head, 1).await.unwrap_err().is_conflict(), "one request waits already");
    assert!(world.decide(world.region, request, 9).await.unwrap_err().is_invalid());
    world.decide(world.region, request, 8).await.unwrap();
    assert!(world.decide(world.region, request, 1).await.unwrap_err().is_conflict());

    let second = world.ask(world.head, 8).await.unwrap();
    assert!(world.decide(world.region, second, 3).await.unwrap_err().is_invalid(), "two are left");
    world.decide(world.region, second, 0).await.unwrap();
    let record = audit::list(world.atrium.db(), None, None, 1).await.unwrap().remove(0);
    for change in [r#""state":["pending","refused"]"#, r#""answer":[]"#] {
        assert!(record.details.contains(change), "{}", record.details);
    }
    assert!(!record.details.contains("granted"), "none were, and none are");
    let decided = requests::store::request(world.atrium.db(), second).await.unwrap();
    assert_eq!(decided.state, State::Refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_decisions_at_the_same_moment_one_counts() {
    let world = World::new().await;
    let request = world.ask(world.head, 8).await.unwrap();
    let decide = || world.decide(world.region, request, 2);
    let (a, b, c, d) = tokio::join!(decide(), decide(), decide(), decide());
    let outcomes = [a, b, c, d];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(outcomes.into_iter().filter_map(Result::err).all(|error| error.is_conflict()));
    assert_eq!(requests::store::delivered(world.atrium.db()).await.unwrap(), 2);
    assert_eq!(world.traces().await, (2, 2), "one asked, one decided");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_requests_never_get_the_same_last_tablets() {
    let world = World::new().await;
    let first = world.ask(world.head, 8).await.unwrap();
    let wish = NewRequest { quantity: 8, reason: "Huit élèves attendent.".to_owned() };
    let actor = world.actor(world.head_elsewhere).await;
    let second = requests::actions::ask(world.atrium.db(), &actor, world.elsewhere, wish).await.unwrap();
    let (a, b) = tokio::join!(world.decide(world.region, first, 8), world.decide(world.region, second, 8));
    let outcomes = [a, b];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(outcomes.into_iter().filter_map(Result::err).all(|error| error.is_invalid()));
    assert_eq!(requests::store::delivered(world.atrium.db()).await.unwrap(), 8);
    let waiting = requests::store::list(world.atrium.db(), None, None, 10).await.unwrap();
    assert_eq!(waiting.iter().filter(|request| request.state == State::Pending).count(), 1, "the other still waits");
}

#[tokio::test]
async fn every_request_stands_on_one_page() {
    let world = World::new().await;
    for _ in 0..45 {
        let request = world.ask(world.head, 1).await.unwrap();
        world.decide(world.region, request, 0).await.unwrap();
    }
    let (head, region) = (world.session(world.head).await, world.session(world.region).await);
    for (start, cookie) in [("/prets/demandes", &region), ("/prets/0130001A", &head)] {
        let (mut next, mut pages) = (Some(start.to_owned()), Vec::new());
        while let Some(path) = next {
            let (status, _, page) = world.get(&path, cookie).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            pages.push(page.matches("Douze élèves attendent").count());
            let link = page.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
            next = link.map(|link| link.replace("&#x3D;", "="));
        }
        assert_eq!(pages, [20, 20, 5], "{start}");
    }
}

#[tokio::test]
async fn pages_follow_from_rights() {
    let world = World::new().await;
    let (status, _, page) = world.get("/prets", "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Prêt de tablettes") && !page.contains("Lycée des Tilleuls"));

    let head = world.session(world.head).await;
    let (_, _, page) = world.get("/prets", &head).await;
    assert!(page.contains("/prets/0130001A") && page.contains(">Tablettes</a>"));
    assert!(!page.contains("/prets/demandes"), "the Region’s list is not theirs");

    let teacher = world.session(world.teacher).await;
    assert!(!world.get("/prets", &teacher).await.2.contains(">Tablettes</a>"), "the menu is for holders");
    assert_eq!(world.get("/prets/0130001A", &teacher).await.0, StatusCode::FORBIDDEN);
    assert_eq!(world.get("/prets/demandes", &head).await.0, StatusCode::FORBIDDEN);
    let (status, location, _) = world.get("/prets/0130001A", "").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(location.starts_with("/connexion?suite="));
    assert_eq!(world.get("/prets/9999999Z", &head).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_request_goes_from_the_desk_to_the_region_and_back() {
    let world = World::new().await;
    let head = world.session(world.head).await;
    let region = world.session(world.region).await;
    let (status, location, _) = world.post("/prets/0130001A/tablettes", &head, "label=CDI+07").await;
    assert_eq!((status, location.as_str()), (StatusCode::SEE_OTHER, "/prets/0130001A"));
    let (status, _, page) = world.post("/prets/0130001A/tablettes", &head, "label=CDI+07").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("value=\"CDI 07\"") && page.contains("porte déjà cette étiquette"));
    assert!(world.get("/prets/0130001A/tablettes/1", &head).await.2.contains("CDI 07"));

    let (_, _, page) = world.post("/prets/0130001A/demande", &head, "quantity=500&reason=").await;
    assert!(page.contains("value=\"500\"") && page.contains("de 1 à 200"));
    let (status, ..) = world.post("/prets/0130001A/demande", &head, "quantity=5&reason=Cinq+en+attente").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(world.get("/prets/demandes", &region).await.2.contains("Cinq en attente"));
    let (_, _, page) = world.post("/prets/demandes/1", &region, "granted=9&answer=Oui").await;
    assert!(page.contains("au plus 5") && page.contains("Oui"));
    let last = format!("/prets/demandes/{}", i64::MAX);
    let (status, _, page) = world.post(&last, &region, "granted=beaucoup&answer=Oui").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "no number is too large: {page}");
    let (status, ..) = world.post("/prets/demandes/1", &region, "granted=4&answer=Quatre+lundi").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(world.get("/prets/0130001A", &head).await.2.contains("Quatre lundi"));
    assert_eq!(world.get("/prets/demandes/1", &head).await.1, "/prets/0130001A");
    assert_eq!(world.get("/prets/demandes/1", &region).await.1, "/prets/demandes");
}

#[tokio::test]
async fn searches_find_a_request_for_its_school_and_the_region_alone() {
    let world = World::new().await;
    let subjects = ["loans:about".to_owned(), format!("loans:{}", world.ask(world.head, 3).await.unwrap())];
    let source = world.atrium.finder().sources()[0].clone();
    assert_eq!(source.subjects(world.atrium.db(), None, 10).await.unwrap(), subjects);
    let rows = source.rows(world.atrium.db()).await.unwrap();
    for (person, sees) in [(world.head, 2), (world.region, 2), (world.teacher, 1), (world.head_elsewhere, 1)] {
        let actor = world.actor(person).await;
        let visible = source.visible(world.atrium.db(), &rows, &actor, &subjects).await.unwrap();
        assert_eq!(visible.len(), sees, "{}", actor.name());
        let filter = Filter::from(source.visibility(&rows, &actor).unwrap());
        let document = source.documents(world.atrium.db(), &subjects[1]).await.unwrap().remove(0);
        assert_eq!(filter.admits(&document.tokens), sees == 2, "{}", actor.name());
    }
    let actor = world.actor(world.head).await;
    let many = [&subjects[..]; 20].concat();
    let (_, queries) = count_queries(source.visible(world.atrium.db(), &rows, &actor, &many)).await;
    assert_eq!(queries, 1, "however many hits");
    world.atrium.index_now().await.unwrap();
    let (head, teacher) = (world.session(world.head).await, world.session(world.teacher).await);
    let search = "/recherche?q=douze+%C3%A9l%C3%A8ves+attendent";
    assert!(world.get(search, &head).await.2.contains("Demande de tablettes"));
    assert!(!world.get(search, &teacher).await.2.contains("Demande de tablettes"));
    assert!(world.get("/recherche?q=emprunter+tablette", "").await.2.contains("href=\"/prets\""));
}

#[tokio::test]
async fn the_permissions_are_held_by_the_roles_they_name() {
    let world = World::new().await;
    let roles = world.atrium.access().roles().await.unwrap();
    let holds = |role: &str, permission| roles.by_key(role).unwrap().permissions.contains(&permission);
    for role in ["leadership", "digital_referent", "staff"] {
        assert!(holds(role, MANAGE) && !holds(role, DECIDE), "{role}");
    }
    assert!(holds("loans_decider", DECIDE) && !holds("loans_decider", MANAGE));
}

#[tokio::test]
async fn the_region_sets_how_many_tablets_a_request_asks_for() {
    let world = World::new().await;
    let (settings, system) = (world.atrium.plugin_settings(), Actor::system(Via::System, world.database.now()));
    let of = settings.find(&system, "loans").unwrap();
    assert_eq!(of.values.iter().map(|(def, _)| def.field()).collect::<Vec<_>>(), ["most_requested", "keep_loans"]);
    assert!(settings.find(&world.actor(world.head).await, "loans").unwrap_err().is_forbidden());
    let form = atrium_core::web::Form::of([("quantity", "201"), ("reason", "Une classe")]);
    assert!(NewRequest::parse(&form, 200).unwrap_err().is_invalid());
    assert_eq!(NewRequest::parse(&form, 201).unwrap().quantity, 201);
}

#[tokio::test]
async fn the_command_counts_the_tablets() {
    let world = World::new().await;
    world.register(world.head, "CDI 07").await.unwrap();
    let commands = Atrium::builder().plugin(Loans::default()).commands(&[]).unwrap();
    let command = commands.iter().find(|def| def.name() == "loans").unwrap();
    let matches = Command::new("portal").subcommand(command.command()).get_matches_from(["portal", "loans", "count"]);
    let (_, inside) = matches.subcommand().unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let cx = world.atrium.context();
    command.run(cx, inside, &mut Terminal::new(&mut out, &mut err)).await.unwrap();
    assert_eq!((String::from_utf8(out).unwrap().as_str(), err.len()), ("1 tablets\n", 0));
}

#[tokio::test]
async fn ended_loans_are_handed_over_and_erased_with_their_pupil() {
    let world = World::new().await;
    let tablet = world.register(world.head, "CDI 07").await.unwrap();
    world.lend(world.head, tablet, world.pupil).await.unwrap();
    world.take_back(world.head, tablet).await.unwrap();
    let system = Actor::system(Via::System, world.database.now());
    let document = world.atrium.export_person(&system, world.pupil).await.unwrap();
    assert_eq!(document["loans"][0]["label"], "CDI 07");
    world.atrium.erase_person(&system, world.pupil, "demande de la famille").await.unwrap();
    let document = world.atrium.export_person(&system, world.pupil).await.unwrap();
    assert_eq!(document["loans"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn loans_that_ended_long_ago_are_forgotten_by_night() {
    let world = World::new().await;
    let tablet = world.register(world.head, "CDI 07").await.unwrap();
    world.lend(world.head, tablet, world.pupil).await.unwrap();
    world.take_back(world.head, tablet).await.unwrap();
    let long_ago = "UPDATE atrium_loans_loan SET returned_at = 0; UPDATE atrium_job SET due_at = 0";
    world.atrium.db().writer().execute_unprepared(long_ago).await.unwrap();
    let done = world.atrium.run_due_jobs().await.unwrap();
    assert!(done.contains(&("loans.ended", 1)), "{done:?}");
}

#[tokio::test]
async fn every_template_renders_in_every_language_and_escapes_every_text() {
    let world = World::new().await;
    let samples = world.atrium.record_templates();
    let (head, region) = (world.session(world.head).await, world.session(world.region).await);
    for cookie in ["", &head, &region] {
        world.get("/prets", cookie).await;
        world.get("/prets/demandes", cookie).await;
    }
    let tablet = world.register(world.head, "CDI 07").await.unwrap();
    world.lend(world.head, tablet, world.pupil).await.unwrap();
    world.register(world.head, "CDI 08").await.unwrap();
    world.ask(world.head, 3).await.unwrap();
    for page in ["", "/tablettes/1", "/tablettes/2", "/demande"] {
        world.get(&format!("/prets/{TILLEULS}{page}"), &head).await;
        world.post(&format!("/prets/{TILLEULS}{page}"), &head, "quantity=500&reason=").await;
    }
    world.get("/prets/demandes", &region).await;
    world.post("/prets/demandes/1", &region, "granted=beaucoup&answer=Oui").await;
    assert_templates(&samples, "loans/");
}
