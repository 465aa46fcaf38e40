//! What holds of every answer of the whole platform, its plugins' routes included.

use atrium_core::directory::actions::{NewPerson, Place};
use atrium_core::testing::TestSite;
use atrium_forum::Forum;
use atrium_help::Help;

#[tokio::test]
async fn no_answer_of_any_route_is_kept_by_a_cache_others_share() {
    let site = TestSite::builder().plugin(Help::new()).plugin(Forum::default()).start().await;
    let new = NewPerson::new(Place::Region, "Denis", "Essai");
    let person = site.atrium().directory().create_person(&site.system(), new).await.unwrap();
    for person in [None, Some(person)] {
        let answers = site.every_answer(person).await;
        assert!(answers.len() > 100 && answers.iter().any(|(route, _)| route.plugin == "forum"), "{}", answers.len());
        for (route, answer) in &answers {
            let told = answer.header("cache-control");
            if route.shared && told.starts_with("public") {
                // Declared as the same for everyone.
                continue;
            }
            let kept_for_visitors = person.is_none() && told == "private, no-cache" && answer.status == 200;
            assert!(told == "private, no-store" || kept_for_visitors, "{} {}: {told}", route.method, route.path);
        }
    }
}
