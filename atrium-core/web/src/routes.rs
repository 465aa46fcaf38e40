//! The declaration of routes, from which the router and the table for tests and documents are made.

use std::convert::Infallible;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use futures::future::BoxFuture;
use http::Method;

use super::cx::Cx;
use super::{storing, unsent};
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
}

/// Routes being declared by one plugin.
pub struct Routes {
    plugin: &'static str,
    infos: Vec<RouteInfo>,
    router: Router<()>,
}

impl Routes {
    /// Creates an empty set of routes of `plugin`.
    #[must_use]
    pub(crate) fn new(plugin: &'static str) -> Self {
        Self { plugin, infos: Vec::new(), router: Router::new() }
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
        let path = path.to_owned();
        let (method, plugin) = (Method::GET, self.plugin);
        self.infos.push(RouteInfo { method, path, who: Who::Anyone, plugin, shared: true, share });
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
        let route: MethodRouter<(), Infallible> = on(filter, handler);
        let route = match who {
            Who::Anyone => route,
            who => route.layer(from_fn(move |cx: Cx, req: Request, next: Next| guard(who, cx, req, next))),
        };
        let route = route.layer(DefaultBodyLimit::max(body_limit)).layer(from_fn(reading(share)));
        self.router = std::mem::take(&mut self.router).route(path, route);
        self.infos.push(RouteInfo { method, path: path.to_owned(), who, plugin: self.plugin, shared: false, share });
    }

    pub(crate) fn into_parts(self) -> (Vec<RouteInfo>, Router<()>) {
        (self.infos, self.router)
    }
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
