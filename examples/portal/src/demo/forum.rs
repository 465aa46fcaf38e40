//! The forum's categories and conversations, in the order in which they happened.

use std::collections::HashMap;

use atrium_core::access::{Actor, Via};
use atrium_core::clock::Timestamp;
use atrium_core::{Atrium, Error, Message, Result};
use atrium_forum::categories::{CategoryId, CategoryInput, Moderation, Name, Slug};
use atrium_forum::flags::{Comment, FlagReason};
use atrium_forum::posts::actions::{NewReply, Posted};
use atrium_forum::posts::{Body, PostId, Reason, WriteKey};
use atrium_forum::review::Decision;
use atrium_forum::topics::actions::NewTopic;
use atrium_forum::topics::marks::Mark;
use atrium_forum::topics::{Kind, Title, TopicId};
use atrium_forum::{Audiences, Forum, State};
use serde::Deserialize;

use super::directory::Cast;
use super::world;

/// The files of the forum, one per category.
const FILES: [&str; 13] = [
    "annonces",
    "aide-forum",
    "casier",
    "comptes-connexion",
    "correlyce",
    "documents",
    "entre-referents",
    "idees",
    "infrastructure",
    "messagerie",
    "moodle-chamilo",
    "pronote",
    "securite",
];

/// Who moderates in the demo.
const MODERATOR: &str = "moderator";

#[derive(Debug, Deserialize)]
struct File {
    category: Category,
    #[serde(default)]
    topic: Vec<Topic>,
}

#[derive(Debug, Deserialize)]
struct Category {
    slug: String,
    title: String,
    description: String,
    service: Option<String>,
    order: i64,
    see: Vec<String>,
    ask: Vec<String>,
    answer: Vec<String>,
    moderation: Moderation,
    #[serde(default)]
    template: String,
}

#[derive(Debug, Deserialize)]
struct Topic {
    title: String,
    kind: Kind,
    author: String,
    days_ago: f64,
    #[serde(default)]
    pinned: bool,
    #[serde(default)]
    locked: bool,
    #[serde(default)]
    confidential: bool,
    state: Option<Wanted>,
    #[serde(default)]
    reason: String,
    accepted: Option<usize>,
    official: Option<usize>,
    post: Vec<Post>,
    #[serde(default)]
    flag: Vec<Flag>,
}

#[derive(Debug, Deserialize)]
struct Post {
    author: String,
    hours_after: f64,
    body: String,
    state: Option<Wanted>,
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Deserialize)]
struct Flag {
    post: usize,
    author: String,
    hours_after: f64,
    reason: FlagReason,
    #[serde(default)]
    comment: String,
    decision: Option<Verdict>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wanted {
    Pending,
    Hidden,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Upheld,
    Rejected,
}

/// Something that happened in a topic.
#[derive(Clone, Copy)]
enum Moment {
    Params,
    Replied(usize),
    Flagged(usize),
    Settled,
}

/// What a topic of the files has become so far.
#[derive(Default)]
struct Made {
    topic: Option<TopicId>,
    posts: HashMap<usize, PostId>,
}

pub(super) async fn fill(atrium: &Atrium, cast: &Cast, now: Timestamp) -> Result<()> {
    let mut files = Vec::new();
    for name in FILES {
        let file: File = world::read(&format!("forum/{name}.toml"))?;
        let category = Forum::of(atrium.db()).categories().create(&atrium.operator(), input(&file.category)?).await?;
        files.push((category, file.topic));
    }
    let topics: Vec<_> =
        files.iter().flat_map(|(category, topics)| topics.iter().map(|topic| (*category, topic))).collect();
    let mut moments: Vec<_> = topics.iter().enumerate().flat_map(|(at, (_, topic))| story(at, topic, now)).collect();
    moments.sort_by_key(|(at, order, ..)| (*at, *order));
    let mut made: Vec<_> = topics.iter().map(|_| Made::default()).collect();
    for (at, _, topic, moment) in moments {
        atrium.db().clock().set(at);
        let (category, written) = topics[topic];
        let play = Play { atrium, cast, category, topic: written };
        play.moment(moment, &mut made[topic]).await?;
    }
    Ok(())
}

/// Returns the moments of one topic: when, in which order at one instant, in which topic, what.
fn story(index: usize, topic: &Topic, now: Timestamp) -> Vec<(Timestamp, usize, usize, Moment)> {
    let opened = after(now, -topic.days_ago * 24.0);
    let mut moments = vec![(opened, 0, index, Moment::Params)];
    for (number, post) in topic.post.iter().enumerate().skip(1) {
        moments.push((after(opened, post.hours_after), number, index, Moment::Replied(number)));
    }
    for (number, flag) in topic.flag.iter().enumerate() {
        moments.push((after(opened, flag.hours_after), 100 + number, index, Moment::Flagged(number)));
    }
    let last = moments.iter().map(|(at, ..)| *at).max().unwrap_or(opened);
    moments.push((last, 1000, index, Moment::Settled));
    moments
}

fn after(at: Timestamp, hours: f64) -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "hours of the demo are few")]
    at.plus_seconds((hours * 3600.0) as i64)
}

fn input(category: &Category) -> Result<CategoryInput> {
    let mut input = CategoryInput::new(parsed(Slug::parse(&category.slug))?, parsed(Name::parse(&category.title))?);
    input.description.clone_from(&category.description);
    input.service_key.clone_from(&category.service);
    input.see = parsed(Audiences::parse(&category.see.join(" ")))?;
    input.ask = parsed(Audiences::parse(&category.ask.join(" ")))?;
    input.answer = parsed(Audiences::parse(&category.answer.join(" ")))?;
    input.moderation = category.moderation;
    input.template = category.template.trim().to_owned();
    input.position = Some(category.order);
    Ok(input)
}

fn parsed<T>(result: Result<T, Message>) -> Result<T> {
    result.map_err(|message| Error::bug(format!("the demo's forum: {}", message.key)))
}

struct Play<'a> {
    atrium: &'a Atrium,
    cast: &'a Cast,
    category: CategoryId,
    topic: &'a Topic,
}

impl Play<'_> {
    async fn moment(&self, moment: Moment, made: &mut Made) -> Result<()> {
        match moment {
            Moment::Params => self.ask(made).await,
            Moment::Replied(number) => self.reply(number, made).await,
            Moment::Flagged(number) => self.flag(&self.topic.flag[number], made).await,
            Moment::Settled => self.settle(made).await,
        }
    }

    async fn actor(&self, key: &str) -> Result<Actor> {
        self.atrium.access().actor_for(self.cast.person(key)?, Via::System).await
    }

    async fn ask(&self, made: &mut Made) -> Result<()> {
        let topic = self.topic;
        let new = NewTopic {
            category: self.category,
            title: parsed(Title::parse(&topic.title))?,
            kind: topic.kind,
            body: parsed(Body::parse(&topic.post[0].body))?,
            establishment: None,
            confidential: topic.confidential,
            files: Vec::new(),
            key: WriteKey::fresh(),
        };
        let posted = Forum::of(self.atrium.db()).topics().create(&self.actor(&topic.author).await?, new).await?;
        made.topic = Some(posted.topic);
        made.posts.insert(1, posted.post);
        self.let_through(&posted, topic.state).await
    }

    async fn reply(&self, number: usize, made: &mut Made) -> Result<()> {
        let post = &self.topic.post[number];
        let Some(topic) = made.topic else { return Ok(()) };
        let new = NewReply { body: parsed(Body::parse(&post.body))?, files: Vec::new(), key: WriteKey::fresh() };
        let posted = Forum::of(self.atrium.db()).posts().reply(&self.actor(&post.author).await?, topic, new).await;
        let posted = match posted {
            Ok(posted) => posted,
            // There are no replies in pending or hidden topics; the file has the text they would have.
            Err(error) if self.topic.state.is_some() && !error.is_invalid() => return Ok(()),
            Err(error) => return Err(error),
        };
        made.posts.insert(number + 1, posted.post);
        self.let_through(&posted, post.state).await
    }

    /// Lets through what waits and should not. What should be hidden is hidden once all is said.
    async fn let_through(&self, posted: &Posted, wanted: Option<Wanted>) -> Result<()> {
        match (posted.state, wanted) {
            (State::Pending, None | Some(Wanted::Hidden)) => self.decide(posted.post, Decision::Keep, "").await,
            _ => Ok(()),
        }
    }

    /// Hides what the file says is hidden, unless flags have done so.
    async fn hide(&self, post: PostId, reason: &str) -> Result<()> {
        let db = self.atrium.db();
        let row = Forum::of(db).posts().find(&self.atrium.operator(), post).await?;
        if row.state != State::Visible {
            return Ok(());
        }
        let reason = parsed(Reason::parse(reason))?;
        let moderator = self.actor(MODERATOR).await?;
        Forum::of(db).posts().change_state(&moderator, post, State::Hidden, row.version, &reason).await.map(drop)
    }

    async fn decide(&self, post: PostId, decision: Decision, reason: &str) -> Result<()> {
        let db = self.atrium.db();
        let moderator = self.actor(MODERATOR).await?;
        let waiting = Forum::of(db).review().queue(&moderator, None).await?;
        let Some(item) = waiting.into_iter().find(|item| item.post_id == post) else { return Ok(()) };
        let item = Forum::of(db).review().claim(&moderator, item.id).await?;
        let reason = parsed(Reason::parse_optional(reason))?;
        Forum::of(db).review().decide(&moderator, item.id, item.version, decision, &reason).await.map(drop)
    }

    async fn flag(&self, flag: &Flag, made: &Made) -> Result<()> {
        let Some(post) = made.posts.get(&flag.post).copied() else { return Ok(()) };
        let found = Forum::of(self.atrium.db()).posts().find(&self.atrium.operator(), post).await?;
        if found.state != State::Visible {
            // Earlier flags have hidden it.
            return Ok(());
        }
        let flagger = self.actor(&flag.author).await?;
        let comment = parsed(Comment::parse(&flag.comment))?;
        Forum::of(self.atrium.db()).flags().create(&flagger, post, found.revision, flag.reason, &comment).await?;
        match flag.decision {
            Some(Verdict::Upheld) => self.decide(post, Decision::Remove, "Signalement fondé").await,
            Some(Verdict::Rejected) => self.decide(post, Decision::Keep, "Signalement sans suite").await,
            None => Ok(()),
        }
    }

    /// Hides texts and sets the marks of the topic, after its replies.
    async fn settle(&self, made: &Made) -> Result<()> {
        if let (Some(Wanted::Hidden), Some(first)) = (self.topic.state, made.posts.get(&1)) {
            self.hide(*first, &self.topic.reason).await?;
        }
        for (index, post) in self.topic.post.iter().enumerate() {
            if let (Some(Wanted::Hidden), Some(made)) = (post.state, made.posts.get(&(index + 1))) {
                self.hide(*made, &post.reason).await?;
            }
        }
        let Some(topic) = made.topic.filter(|_| self.topic.state.is_none()) else { return Ok(()) };
        let post = |number: usize| made.posts.get(&number).copied();
        if let Some(post) = self.topic.accepted.and_then(post) {
            self.mark(topic, &self.topic.author, Mark::Accept(post)).await?;
        }
        if let Some(post) = self.topic.official.and_then(post) {
            self.mark(topic, "support:1", Mark::Official(post)).await?;
        }
        if self.topic.pinned {
            self.mark(topic, MODERATOR, Mark::Pin).await?;
        }
        if self.topic.locked {
            self.mark(topic, MODERATOR, Mark::Lock).await?;
        }
        Ok(())
    }

    async fn mark(&self, topic: TopicId, who: &str, mark: Mark) -> Result<()> {
        Forum::of(self.atrium.db()).topics().mark(&self.actor(who).await?, topic, mark).await.map(drop)
    }
}
