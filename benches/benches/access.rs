//! `access/*`: one permission check on a loaded snapshot, beside casbin and cedar-policy deciding by the same rules.
//!
//! All three know one person's rules only, as a snapshot does, and answer the same questions with the same answers.

use std::collections::HashSet;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use atrium_benches::measure::{Case, measuring, rate, side_by_side};
use atrium_core::access::{Effect, HeldRole, Origin, Permission, Reach, Rights, Scope, Validity};
use atrium_core::clock::Timestamp;
use atrium_core::directory::{EstablishmentId, GroupId, PersonId};
use casbin::prelude::*;
use cedar_policy::{Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request};
use criterion::Criterion;

/// The time that a case runs before the next one.
const TURN: Duration = Duration::from_millis(300);
const NOW: Timestamp = Timestamp(1_773_662_400_000);

const PERMISSIONS: [&str; 16] = [
    "core.role.assign",
    "core.person.read",
    "core.person.edit",
    "core.group.edit",
    "help.article.read",
    "help.feedback.read",
    "help.article.publish",
    "forum.topic.create",
    "forum.topic.answer",
    "forum.topic.accept",
    "forum.topic.lock",
    "forum.post.hide",
    "forum.post.flag",
    "forum.review.decide",
    "forum.official.mark",
    "forum.category.manage",
];

/// Roles as ranges of `PERMISSIONS`.
const ROLES: [(&str, std::ops::Range<usize>); 4] =
    [("digital_referent", 0..10), ("teacher", 4..9), ("moderator", 10..14), ("reader", 4..5)];

/// Returns one person's rules: a referent who teaches in two schools, moderates six, and is kept out of one class.
fn rules() -> Vec<(&'static str, Scope, Effect)> {
    let mut rules = vec![
        ("reader", Scope::Platform, Effect::Permit),
        ("digital_referent", school(3), Effect::Permit),
        ("teacher", school(3), Effect::Permit),
        ("teacher", school(5), Effect::Permit),
        ("teacher", class(3, 32), Effect::Permit),
        ("moderator", class(3, 31), Effect::Forbid),
    ];
    rules.extend((1..=6).map(|number| ("moderator", school(number), Effect::Permit)));
    rules
}

fn school(number: i64) -> Scope {
    Scope::Establishment(EstablishmentId(number))
}

fn class(school: i64, number: i64) -> Scope {
    Scope::Group(EstablishmentId(school), GroupId(number))
}

/// Returns every scope that is asked about.
fn scopes() -> [Scope; 7] {
    [Scope::Platform, school(3), class(3, 31), class(3, 32), school(6), school(9), class(9, 91)]
}

struct Question {
    permission: Permission,
    scope: Scope,
    allowed: bool,
}

/// Returns every permission everywhere, with the answer by definition: somewhere above it is permitted, nowhere
/// forbidden.
fn questions() -> Vec<Question> {
    let says = |effect: Effect, key: &str, scope: Scope| {
        let holds = |role: &str| {
            let (_, range) = ROLES.into_iter().find(|(known, _)| *known == role).expect("a known role");
            PERMISSIONS[range].contains(&key)
        };
        rules().into_iter().any(|(role, at, said)| said == effect && at.covers(scope) && holds(role))
    };
    let of = |key: &'static str| {
        scopes().map(|scope| {
            let allowed = says(Effect::Permit, key, scope) && !says(Effect::Forbid, key, scope);
            Question { permission: Permission(key), scope, allowed }
        })
    };
    let all: Vec<_> = PERMISSIONS.into_iter().flat_map(of).collect();
    let allowed = all.iter().filter(|question| question.allowed).count();
    assert!(allowed > 20 && all.len() - allowed > 20, "{allowed} of {}", all.len());
    all
}

fn rights() -> Rights {
    let held = rules().into_iter().map(|(key, scope, effect)| {
        let (_, range) = ROLES.into_iter().find(|(known, _)| *known == key).expect("a known role");
        let permissions: Arc<[Permission]> = PERMISSIONS[range].iter().map(|key| Permission(key)).collect();
        let validity = Validity::new(Some(NOW.plus_days(-30)), Some(NOW.plus_days(300)));
        HeldRole {
            key: key.into(),
            badge: None,
            permissions,
            scope,
            schools: Arc::default(),
            reach: Reach::Below,
            given_for: Scope::Platform,
            effect,
            validity,
            origin: Origin::Membership,
        }
    });
    Rights::new(PersonId(1), held.collect(), Vec::new(), Vec::new())
}

const CASBIN_MODEL: &str = "
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, role, eft
[role_definition]
g = _, _
g2 = _, _
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.sub == p.sub && g(r.act, p.role) && g2(r.obj, p.obj)
";

/// Returns a policy per rule; permissions are in roles, scopes below scopes.
async fn casbin() -> Enforcer {
    let model = DefaultModel::from_str(CASBIN_MODEL).await.expect("the model is well formed");
    let mut enforcer = Enforcer::new(model, ()).await.expect("an enforcer without stored rules");
    let policies = rules().into_iter().map(|(role, scope, effect)| {
        let effect = if effect == Effect::Permit { "allow" } else { "deny" };
        ["p1", &scope.to_string(), role, effect].map(str::to_owned).to_vec()
    });
    enforcer.add_policies(policies.collect()).await.expect("policies are added");
    let roles = ROLES.into_iter().flat_map(|(role, range)| PERMISSIONS[range].iter().map(move |key| (*key, role)));
    let roles = roles.map(|(key, role)| vec![key.to_owned(), role.to_owned()]);
    enforcer.add_named_grouping_policies("g", roles.collect()).await.expect("roles are added");
    let below = scopes().into_iter().filter_map(|scope| Some(vec![scope.to_string(), scope.parent()?.to_string()]));
    enforcer.add_named_grouping_policies("g2", below.collect()).await.expect("scopes are added");
    enforcer
}

struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
}

fn uid(kind: &str, id: impl std::fmt::Display) -> EntityUid {
    format!("{kind}::\"{id}\"").parse().expect("a well-formed identifier")
}

impl Cedar {
    /// Creates a policy per rule; permissions are actions in groups of actions, scopes below scopes.
    fn new() -> Self {
        let policies = rules().into_iter().map(|(role, scope, effect)| {
            let effect = if effect == Effect::Permit { "permit" } else { "forbid" };
            format!(
                "{effect}(principal == Person::\"1\", action in Action::\"{role}\", resource in Scope::\"{scope}\");\n"
            )
        });
        let policies: String = policies.collect();
        let person = Entity::new_no_attrs(uid("Person", 1), HashSet::new());
        let actions = PERMISSIONS.into_iter().zip(0..).map(|(key, number)| {
            let roles = ROLES.into_iter().filter(|(_, range)| range.contains(&number));
            Entity::new_no_attrs(uid("Action", key), roles.map(|(role, _)| uid("Action", role)).collect())
        });
        let roles = ROLES.into_iter().map(|(role, _)| Entity::new_no_attrs(uid("Action", role), HashSet::new()));
        let scopes = scopes().into_iter().map(|scope| {
            let above = scope.parent().map(|above| uid("Scope", above));
            Entity::new_no_attrs(uid("Scope", scope), above.into_iter().collect())
        });
        let entities = [person].into_iter().chain(actions).chain(roles).chain(scopes);
        Self {
            authorizer: Authorizer::new(),
            policies: policies.parse().expect("policies are well formed"),
            entities: Entities::from_entities(entities, None).expect("entities form a tree"),
        }
    }

    fn request(question: &Question) -> Request {
        let (action, resource) = (uid("Action", question.permission), uid("Scope", question.scope));
        Request::new(uid("Person", 1), action, resource, Context::empty(), None).expect("a request without schema")
    }

    fn allows(&self, request: &Request) -> bool {
        self.authorizer.is_authorized(request, &self.policies, &self.entities).decision() == Decision::Allow
    }
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let questions = questions();
    let rights = rights();
    let casbin = runtime.block_on(casbin());
    let cedar = Cedar::new();
    let for_casbin: Vec<_> = questions.iter().map(|q| (q.scope.to_string(), q.permission.0, q.allowed)).collect();
    let for_cedar: Vec<_> = questions.iter().map(|q| (Cedar::request(q), q.allowed)).collect();

    let ask_atrium = |at: usize| {
        let question = &questions[at];
        assert_eq!(rights.check(black_box(question.permission), black_box(question.scope), NOW), question.allowed);
    };
    let ask_cedar = |at: usize| {
        let (request, allowed) = &for_cedar[at];
        assert_eq!(cedar.allows(request), *allowed);
    };
    let ask_casbin = |at: usize| {
        let (scope, permission, allowed) = &for_casbin[at];
        let answer = casbin.enforce(("p1", scope.as_str(), *permission)).expect("casbin answers");
        assert_eq!(answer, *allowed);
    };
    let cases: [(&str, &dyn Fn(usize)); 3] =
        [("check", &ask_atrium), ("check_cedar", &ask_cedar), ("check_casbin", &ask_casbin)];
    for (_, ask) in cases {
        (0..questions.len()).for_each(ask);
    }

    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let mut group = criterion.benchmark_group("access");
    for (name, ask) in cases {
        let mut numbers = (0..questions.len()).cycle();
        group.bench_function(name, |b| b.iter(|| numbers.next().map(ask)));
    }
    group.finish();
    criterion.final_summary();

    if measuring() {
        let cases = cases.map(|(name, ask)| {
            let mut numbers = (0..questions.len()).cycle();
            Case::new(name, move || rate(TURN, || numbers.next().map(ask)))
        });
        side_by_side("access: one check of a loaded snapshot (wanted: ≤ 100 ns)", 7, cases.into());
    }
}
