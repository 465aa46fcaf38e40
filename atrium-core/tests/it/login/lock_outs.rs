//! How guesses at passwords are slowed down without locking owners out.

use super::*;

#[tokio::test]
async fn failures_make_a_name_wait_and_leave_its_neighbours_alone() {
    let world = World::new().await;
    world.account("lea").await;
    world.account("tom").await;
    for _ in 0..5 {
        assert!(world.sign_in("lea", "le chien dort dehors").await.unwrap_err().is_invalid());
    }
    assert_eq!(world.sign_in("lea", PASSWORD).await.unwrap_err().retry_after(), Some(2));
    // The count is in SQL: another node refuses too.
    let second = world.db.second_node().await;
    let refused = node(&second).await.login().sign_in("lea", PASSWORD, &device("192.0.2.1")).await.unwrap_err();
    assert_eq!(refused.retry_after(), Some(2));
    // Neither a neighbour at the same address nor the same name from elsewhere has to wait.
    world.sign_in("tom", PASSWORD).await.unwrap();
    world.access.login().sign_in("lea", PASSWORD, &device("198.51.100.7")).await.unwrap();
    second.close().await.unwrap();
}

#[tokio::test]
async fn a_success_forgets_the_failures_of_its_name() {
    let world = World::new().await;
    world.account("lea").await;
    for _ in 0..5 {
        world.sign_in("lea", "le chien dort dehors").await.unwrap_err();
    }
    world.pass(2);
    world.sign_in("lea", PASSWORD).await.unwrap();
    for _ in 0..5 {
        assert!(world.sign_in("lea", "le chien dort dehors").await.unwrap_err().is_invalid());
    }
    assert!(world.sign_in("lea", PASSWORD).await.unwrap_err().retry_after().is_some());
}

#[tokio::test]
async fn attempts_at_once_count_as_many() {
    let world = World::new().await;
    world.account("lea").await;
    let tries = (0..12).map(|_| world.sign_in("lea", "le chien dort dehors"));
    let results = futures::future::join_all(tries).await;
    let refused = results.iter().filter(|result| result.as_ref().is_err_and(|e| e.retry_after().is_some())).count();
    assert_eq!(refused, 7);
}

#[tokio::test]
async fn guessing_the_current_password_is_limited_like_signing_in() {
    let world = World::new().await;
    let person = world.account("lea").await;
    let here = world.sign_in("lea", PASSWORD).await.unwrap();
    let me = world.actor(person).await;
    let (place, login) = (device("192.0.2.1"), world.access.login());
    for _ in 0..5 {
        let guess = login.change_password(&me, here.session, "faux", "un autre mot de passe", &place);
        assert!(guess.await.unwrap_err().is_invalid());
    }
    let guess = login.change_password(&me, here.session, PASSWORD, "un autre mot de passe", &place);
    assert!(guess.await.unwrap_err().retry_after().is_some());
}

/// Returns the device of a person who signed in before, with the token it got.
fn known(signed_in: &SignIn, address: &str) -> Device {
    device(address).with_token(signed_in.device.as_ref().map(|token| token.secret().to_owned()))
}

#[tokio::test]
async fn a_colleague_at_the_same_address_cannot_keep_an_owner_out_of_a_browser_they_know() {
    let world = World::new().await;
    world.account("lea").await;
    world.account("tom").await;
    let before = world.sign_in("lea", PASSWORD).await.unwrap();
    for _ in 0..3 {
        for _ in 0..10 {
            let _ = world.sign_in("lea", "le chien dort dehors").await.unwrap_err();
        }
        assert!(world.sign_in("lea", PASSWORD).await.unwrap_err().retry_after().is_some(), "a browser nobody knows");
        world.access.login().sign_in("lea", PASSWORD, &known(&before, "192.0.2.1")).await.unwrap();
        assert!(world.sign_in("lea", PASSWORD).await.unwrap_err().retry_after().is_some(), "and it stays so");
        world.pass(300);
    }
    // The token of another person's browser, or an unknown one, is not lea's.
    let tom = world.sign_in("tom", PASSWORD).await.unwrap();
    for _ in 0..10 {
        let _ = world.sign_in("lea", "le chien dort dehors").await.unwrap_err();
    }
    let made_up = device("192.0.2.1").with_token(Some("a".repeat(43)));
    for stranger in [known(&tom, "192.0.2.1"), made_up] {
        let refused = world.access.login().sign_in("lea", PASSWORD, &stranger).await.unwrap_err();
        assert!(refused.retry_after().is_some());
    }
}

#[tokio::test]
async fn guesses_in_a_known_browser_wait_like_any_others() {
    let world = World::new().await;
    world.account("lea").await;
    let before = world.sign_in("lea", PASSWORD).await.unwrap();
    let here = known(&before, "192.0.2.1");
    for _ in 0..5 {
        let guess = world.access.login().sign_in("lea", "le chien dort dehors", &here).await;
        assert!(guess.unwrap_err().is_invalid());
    }
    let refused = world.access.login().sign_in("lea", PASSWORD, &here).await.unwrap_err();
    assert_eq!(refused.retry_after(), Some(2));
    // The owner can still sign in from elsewhere.
    world.access.login().sign_in("lea", PASSWORD, &device("198.51.100.7")).await.unwrap();
}

#[tokio::test]
async fn a_spray_over_many_names_is_refused_before_a_password_is_looked_at() {
    let world = World::new().await;
    world.account("lea").await;
    let before = world.sign_in("lea", PASSWORD).await.unwrap();
    // The failures of a hundred names, without the hundred hashes.
    let rows = (0..100).map(|_| format!("('a:192.0.2.1', {})", world.db.now().0)).collect::<Vec<_>>().join(", ");
    let sql = format!("INSERT INTO atrium_login_attempt (key, at) VALUES {rows}");
    world.db.writer().execute_unprepared(&sql).await.unwrap();
    for name in ["n101", "n102", "n103"] {
        assert_eq!(world.sign_in(name, "x").await.unwrap_err().retry_after(), Some(1), "{name}");
    }
    // Known browsers are let in, and so are others at the address, one per second.
    world.access.login().sign_in("lea", PASSWORD, &known(&before, "192.0.2.1")).await.unwrap();
    assert!(world.sign_in("lea", PASSWORD).await.unwrap_err().retry_after().is_some());
    world.pass(1);
    world.sign_in("lea", PASSWORD).await.unwrap();
    world.sign_in("personne", "x").await.unwrap_err();
    assert!(world.sign_in("lea", PASSWORD).await.unwrap_err().retry_after().is_some());
}

#[tokio::test]
async fn a_shared_computer_is_known_for_each_of_its_people_and_a_new_password_forgets_it() {
    let world = World::new().await;
    let lea = world.account("lea").await;
    world.account("tom").await;
    let first = world.sign_in("lea", PASSWORD).await.unwrap();
    let here = known(&first, "192.0.2.1");
    let second = world.access.login().sign_in("tom", PASSWORD, &here).await.unwrap();
    assert_eq!(first.device, second.device);
    let lock = || async {
        for _ in 0..10 {
            let _ = world.sign_in("lea", "le chien dort dehors").await.unwrap_err();
            let _ = world.sign_in("tom", "le chien dort dehors").await.unwrap_err();
        }
    };
    lock().await;
    world.access.login().sign_in("lea", PASSWORD, &here).await.unwrap();
    world.access.login().sign_in("tom", PASSWORD, &here).await.unwrap();
    world.access.login().give_password(&world.operator(), lea, PASSWORD).await.unwrap();
    assert!(world.access.login().sign_in("lea", PASSWORD, &here).await.unwrap_err().retry_after().is_some());
    world.access.login().sign_in("tom", PASSWORD, &here).await.unwrap();
}

#[tokio::test]
async fn lock_outs_go_by_the_databases_clock_on_every_node() {
    use atrium_core::clock::Clock;
    use atrium_core::db::Pools;

    let world = World::new().await;
    world.account("lea").await;
    if !world.db.is_postgres() {
        return;
    }
    let pools = || Pools { readers: 2, durable: false };
    let late = Db::connect(world.db.url(), pools(), Clock::ahead(-300_000)).await.unwrap();
    let early = Db::connect(world.db.url(), pools(), Clock::ahead(300_000)).await.unwrap();
    for node in [&late, &early, &late, &early, &late] {
        let guess = self::node(node).await.login().sign_in("lea", "le chien dort dehors", &device("192.0.2.1")).await;
        assert!(guess.unwrap_err().is_invalid());
    }
    for node in [&late, &early] {
        let wait = self::node(node)
            .await
            .login()
            .sign_in("lea", PASSWORD, &device("192.0.2.1"))
            .await
            .unwrap_err()
            .retry_after();
        assert!(wait.is_some_and(|seconds| seconds <= 2), "{wait:?}");
    }
    late.close().await.unwrap();
    early.close().await.unwrap();
}
