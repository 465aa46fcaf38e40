//! What webhooks are told of: what their owner sees when a message is sent.

use std::collections::BTreeSet;
use std::time::Duration;

use atrium_core::access::actions::RoleChange;
use atrium_core::access::{Effect, Scope};
use atrium_core::webhooks::{WebhookInput, WebhookOutcome};
use atrium_forum::State;

use crate::world::World;

/// Waits until so many messages are in the queue.
async fn until_queued(world: &World, expected: i64) {
    let operator = world.atrium.access().operator();
    for _ in 0..600 {
        let queues = world.atrium.queues(&operator).await.unwrap();
        if queues.iter().any(|queue| queue.kind == "core.webhook" && queue.waiting == expected) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("not {expected} messages: {:?}", world.atrium.queues(&operator).await.unwrap());
}

#[tokio::test]
async fn a_webhook_is_told_of_topics_and_posts_that_its_owner_sees_at_that_moment() {
    let world = World::new().await;
    let access = world.atrium.access();
    let permissions = BTreeSet::from(["core.webhook.manage".to_owned()]);
    let change = RoleChange { label_fr: "Appels".to_owned(), label_en: String::new(), permissions };
    access.create_role(&access.operator(), "caller", change, "essai").await.unwrap();
    world.assign(world.colleague, "caller", Scope::Platform, Effect::Permit).await;
    let owner = world.actor(world.colleague).await;
    let input = WebhookInput {
        name: "Suivi".to_owned(),
        // It may not be called: an attempt that ends so was withheld for no other reason.
        url: "https://localhost:8443/".to_owned(),
        kinds: ["forum.topic.created", "forum.post.created"].map(str::to_owned).to_vec(),
        scope: Scope::Platform,
    };
    let (id, _) = world.atrium.webhooks().create(&owner, &input).await.unwrap();
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let reply = world.reply(world.pupil, asked.topic, "Chez moi aussi.").await.unwrap();
    world.ask_confidentially(world.referent, "Un compte volé").await.unwrap();
    until_queued(&world, 3).await;
    world.change(world.support, reply.post, State::Hidden).await.unwrap();
    world.atrium.run_due_tasks().await.unwrap();
    let sent = world.atrium.webhooks().deliveries(&owner, id, None, 10).await.unwrap();
    let of =
        |outcome| sent.iter().filter(move |sent| sent.outcome == outcome).map(|sent| &*sent.kind).collect::<Vec<_>>();
    assert_eq!(of(WebhookOutcome::ForbiddenAddress), ["forum.topic.created"], "the open question");
    let mut hidden = of(WebhookOutcome::Hidden);
    hidden.sort_unstable();
    assert_eq!(hidden, ["forum.post.created", "forum.topic.created"], "the hidden reply and the confidential question");
}
