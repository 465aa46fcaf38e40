//! The declaration of routes, from which the router and the table for tests and documents are made.

use std::convert::Infallible;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use futures::future::BoxFuture;
use http::Method;
use utoipa::openapi::{OpenApi, RefOr, Schema};

use super::allowance::Allowance;
use super::cx::Cx;
use super::operation::{Operation, Repeat};
use super::pace::Pace;
use super::{once, pace, storing, unsent};
use atrium_platform::access::Permission;
use atrium_platform::db::{Share, reading_as};
use atrium_platform::{Error, Result};

/// Largest body of an ordinary form, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;
/// Largest body of a form that carries a long text: 32,000 characters can be 400 kB once form-encoded.
pub const LONG_BODY_LIMIT: usize = 640 * 1024;

/// Who may request a route at all. The action behind it decides again, with the object at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everyone.
    Anyone,
    /// People who are signed in; others are sent to the sign-in page.
    SignedIn,
    /// People who hold this permission somewhere.
    Holder(Permission),
}

/// One route, as tests and documents see it.
#[derive(Clone, Debug)]
pub struct RouteInfo {
    /// HTTP method.
    pub method: Method,
    /// Path below the mount point, with `{parameters}`.
    pub path: String,
    /// Who may request it.
    pub who: Who,
    /// The plugin that declared it, `core` for core.
    pub plugin: &'static str,
    /// `true` if its responses may be shared by caches. All others are `private, no-store`.
    pub shared: bool,
    /// The database connections it reads with, so that slow routes of one kind leave the others served.
    pub share: Share,
    /// `true` if it changes a version that the caller has read (`If-Match`).
    pub edits: bool,
    /// `true` if it takes an `Idempotency-Key`.
    pub keyed: bool,
    /// How often it may be done.
    pub pace: Option<Pace>,
}

impl RouteInfo {
    fn new(method: Method, path: &str, who: Who, plugin: &'static str, share: Share) -> Self {
        let path = path.to_owned();
        Self { method, path, who, plugin, shared: false, share, edits: false, keyed: false, pace: None }
    }
}

/// Routes being declared by one plugin.
pub struct Routes {
    plugin: &'static str,
    infos: Vec<RouteInfo>,
    router: Router<()>,
    document: OpenApi,
    /// A name that two shapes of data share in the document.
    clash: Option<String>,
}

impl Routes {
    /// Creates an empty set of routes of `plugin`.
    #[must_use]
    pub(crate) fn new(plugin: &'static str) -> Self {
        Self { plugin, infos: Vec::new(), router: Router::new(), document: OpenApi::default(), clash: None }
    }

    /// Declares a page.
    pub fn get<H, T>(&mut self, path: &str, who: Who, handler: H)
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        self.add(Method::GET, path, who, BODY_LIMIT, handler);
    }

    /// Declares a page that lists many things, which takes longer to read than a page about one: it reads with
    /// connections of its kind.
    pub fn list<H, T>(&mut self, path: &str, who: Who, handler: H)
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        let share = match share_of(path) {
            Share::Page => Share::List,
            other => other,
        };
        self.declare(Method::GET, path, who, share, BODY_LIMIT, handler);
    }

    /// Declares a page on the state of the node, which is answered however busy it is.
    pub(super) fn probe<H, T>(&mut self, path: &str, handler: H)
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        self.declare(Method::GET, path, Who::Anyone, Share::Identity, BODY_LIMIT, handler);
    }

    /// Declares a file that is the same for everyone, such as pictures and stylesheets: caches keep the responses
    /// that its handler calls `public` (`Cache-Control`). They keep no other response of it or of other routes,
    /// whatever handlers say.
    pub fn get_shared<H, T>(&mut self, path: &str, handler: H)
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        let share = share_of(path);
        let route = on(MethodFilter::GET, handler).layer(from_fn(storing::share)).layer(from_fn(reading(share)));
        self.router = std::mem::take(&mut self.router).route(path, route);
        let info = RouteInfo::new(Method::GET, path, Who::Anyone, self.plugin, share);
        self.infos.push(RouteInfo { shared: true, ..info });
    }

    /// Declares a form of up to [`BODY_LIMIT`].
    pub fn post<H, T>(&mut self, path: &str, who: Who, handler: H)
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        self.add(Method::POST, path, who, BODY_LIMIT, handler);
    }

    /// Declares a form with a long text, up to [`LONG_BODY_LIMIT`].
    pub fn post_long<H, T>(&mut self, path: &str, who: Who, handler: H)
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        self.add(Method::POST, path, who, LONG_BODY_LIMIT, handler);
    }

    /// Declares a route of any method, with its largest body in bytes.
    pub fn add<H, T>(&mut self, method: Method, path: &str, who: Who, body_limit: usize, handler: H)
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        self.declare(method, path, who, share_of(path), body_limit, handler);
    }

    fn declare<H, T>(&mut self, method: Method, path: &str, who: Who, share: Share, body_limit: usize, handler: H)
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        let filter = method.clone().try_into().expect("a method that axum routes");
        let info = RouteInfo::new(method, path, who, self.plugin, share);
        self.serve(on(filter, handler), info, body_limit);
    }

    /// Declares an operation of the API that `who` may ask for: its route, its description and its limits.
    pub fn operation(&mut self, who: Who, operation: impl Into<Operation>) {
        let mut operation = operation.into();
        operation.complete(who);
        let (method, limit) = (operation.method(), operation.body_limit);
        let Operation { schemas, path, described, route, edits, repeat, pace, .. } = operation;
        let info = RouteInfo::new(operation.method, &path, who, self.plugin, share_of(&path));
        let route = match pace {
            Some(pace) => route.layer(from_fn(move |cx: Cx, req: Request, next: Next| paced(pace, cx, req, next))),
            None => route,
        };
        let route = if repeat == Repeat::ByAnswer {
            route.layer(from_fn(move |cx: Cx, req: Request, next: Next| once::keep_answers(limit, cx, req, next)))
        } else {
            route
        };
        self.document.paths.add_path_operation(&path, vec![method], described);
        self.add_schemas(schemas);
        self.serve(route, RouteInfo { edits, keyed: repeat != Repeat::Unkeyed, pace, ..info }, limit);
    }

    /// Adds shapes of data to the document, and notes a name that two different ones share.
    pub(super) fn add_schemas(&mut self, schemas: impl IntoIterator<Item = (String, RefOr<Schema>)>) {
        let known = &mut self.document.components.get_or_insert_default().schemas;
        for (name, schema) in schemas {
            if known.get(&name).is_some_and(|known| *known != schema) {
                self.clash = Some(name);
            } else {
                known.insert(name, schema);
            }
        }
    }

    /// Serves `route` to those who may ask for it.
    fn serve(&mut self, route: MethodRouter<(), Infallible>, info: RouteInfo, body_limit: usize) {
        let route = match info.who {
            Who::Anyone => route,
            who => route.layer(from_fn(move |cx: Cx, req: Request, next: Next| guard(who, cx, req, next))),
        };
        let route = route.layer(DefaultBodyLimit::max(body_limit)).layer(from_fn(reading(info.share)));
        self.router = std::mem::take(&mut self.router).route(&info.path, route);
        self.infos.push(info);
    }

    /// Returns what was declared.
    ///
    /// # Errors
    /// Returns an error if two shapes of data share a name in the document.
    pub(crate) fn into_parts(self) -> Result<(Vec<RouteInfo>, Router<()>, OpenApi)> {
        match self.clash {
            Some(name) => Err(Error::bug(format!("`{}` declares two shapes of data named `{name}`", self.plugin))),
            None => Ok((self.infos, self.router, self.document)),
        }
    }
}

/// Counts an operation within its pace, and gives the time back if it is refused.
async fn paced(pace: Pace, cx: Cx, req: Request, next: Next) -> Response {
    let who = cx.paced();
    let left = match pace::take(cx.db(), pace, &who).await {
        Ok(left) => left,
        Err(error) => {
            let wait = error.retry_after();
            let mut refusal = error.into_response();
            if let Some(reset) = wait {
                refusal.extensions_mut().insert(Allowance { remaining: 0, reset, ..pace.left(0) });
            }
            return refusal;
        }
    };
    let mut response = next.run(req).await;
    if response.status().is_success() {
        response.extensions_mut().insert(left);
    } else {
        pace::give_back(cx.db(), pace, &who).await;
    }
    response
}

/// Returns the database use of `path`, as far as its address tells.
fn share_of(path: &str) -> Share {
    match path.split('/').nth(1) {
        Some("api") => Share::Api,
        Some("administration") => Share::Administration,
        _ => Share::Page,
    }
}

/// Returns a layer in which the route's reads count as those of `share`.
fn reading(share: Share) -> impl Fn(Request, Next) -> BoxFuture<'static, Response> + Clone + Send + Sync + 'static {
    move |req, next| Box::pin(reading_as(share, next.run(req)))
}

async fn guard(who: Who, cx: Cx, req: Request, next: Next) -> Response {
    match admits(who, &cx) {
        Ok(()) => next.run(req).await,
        Err(error) => unsent::refuse(&cx, req, error).await,
    }
}

fn admits(who: Who, cx: &Cx) -> Result<()> {
    let actor = cx.actor();
    match who {
        Who::Anyone => Ok(()),
        _ if actor.person().is_none() => Err(Error::sign_in_required()),
        Who::SignedIn => Ok(()),
        Who::Holder(permission) => match actor.rights().holds_somewhere(permission, actor.now()) {
            true => Ok(()),
            false => Err(Error::forbidden(permission)),
        },
    }
}
