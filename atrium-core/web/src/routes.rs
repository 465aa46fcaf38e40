//! The declaration of routes, from which the router and the table for tests and documents are made.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::middleware::{Next, from_fn, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, Route, on};
use futures::future::BoxFuture;
use http::Method;
use tower::{Layer, Service};
use utoipa::openapi::{OpenApi, RefOr, Schema};

use super::allowance::Allowance;
use super::operation::{Operation, Repeat};
use super::rate_limit::RateLimit;
use super::request_context::RequestContext;
use super::{once, rate_limit, resume_form, storing, versions};
use atrium_platform::access::Permission;
use atrium_platform::db::{Share, reading_as};
use atrium_platform::plugin::owner;
use atrium_platform::{Error, Result};

/// Largest body of an ordinary form, in bytes.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;
/// Largest body of a form that carries a long text: 32,000 characters can be 400 kB once form-encoded.
pub(crate) const LONG_BODY_LIMIT: usize = 640 * 1024;

/// Largest body of a form with files, in bytes. Each file has a limit of its own, which is a setting.
#[cfg(feature = "files")]
pub(crate) const FILES_LIMIT: usize = 128 << 20;

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
    pub rate_limit: Option<RateLimit>,
    /// `true` if pages and services of other sites may send it.
    pub from_elsewhere: bool,
}

impl RouteInfo {
    fn new(method: Method, path: &str, who: Who, plugin: &'static str, share: Share) -> Self {
        let path = path.to_owned();
        let (shared, edits, keyed, from_elsewhere) = (false, false, false, false);
        Self { method, path, who, plugin, shared, share, edits, keyed, rate_limit: None, from_elsewhere }
    }

    /// Returns `true` if this route answers `path`, below the mount point, without its query.
    pub(crate) fn answers(&self, path: &str) -> bool {
        let is_one = |(pattern, part): (&str, &str)| pattern == part || (pattern.starts_with('{') && !part.is_empty());
        let count = |path: &str| path.split('/').count();
        count(&self.path) == count(path) && self.path.split('/').zip(path.split('/')).all(is_one)
    }
}

/// Routes being declared by one plugin, whose handlers have the state `S`.
pub struct Routes<S = ()> {
    plugin: &'static str,
    state: S,
    layers: Vec<Layered>,
    declared: Vec<Declared>,
    document: OpenApi,
    /// A name that two shapes of data share in the document.
    clash: Option<String>,
}

/// Adds a plugin's layer to a route.
type Layered = Arc<dyn Fn(MethodRouter) -> MethodRouter + Send + Sync>;

/// One route, and what answers it; `None` if its method is none that axum routes.
pub(crate) struct Declared {
    pub(crate) info: RouteInfo,
    pub(crate) route: Option<MethodRouter>,
}

impl Routes {
    /// Creates an empty set of routes of `plugin`.
    #[must_use]
    pub(crate) fn new(plugin: &'static str) -> Self {
        let (layers, declared) = (Vec::new(), Vec::new());
        Self { plugin, state: (), layers, declared, document: OpenApi::default(), clash: None }
    }

    /// Returns what was declared.
    ///
    /// # Errors
    /// Returns an error if two shapes of data share a name in the document.
    pub(crate) fn into_parts(self) -> Result<(Vec<Declared>, OpenApi)> {
        match self.clash {
            Some(name) => Err(Error::bug(format!("{}: two shapes of data are named `{name}`", owner(self.plugin)))),
            None => Ok((self.declared, self.document)),
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// Declares routes whose handlers extract `State<N>`, a state of the plugin's own.
    ///
    /// ```
    /// use atrium_web::{Routes, Who};
    /// use axum::extract::State;
    ///
    /// async fn count(State(most): State<u32>) -> String {
    ///     most.to_string()
    /// }
    /// fn routes(routes: &mut Routes) {
    ///     routes.with_state(30, |routes| routes.get("/prets/limite", Who::Anyone, count));
    /// }
    /// ```
    pub fn with_state<N: Clone + Send + Sync + 'static>(&mut self, state: N, declare: impl FnOnce(&mut Routes<N>)) {
        let (layers, document) = (self.layers.clone(), std::mem::take(&mut self.document));
        let mut routes = Routes { plugin: self.plugin, state, layers, declared: Vec::new(), document, clash: None };
        declare(&mut routes);
        self.declared.extend(routes.declared);
        self.document = routes.document;
        self.clash = self.clash.take().or(routes.clash);
    }

    /// Declares routes with a tower layer around their handlers, inside the platform's own: who may request the route
    /// is decided before, and [`RequestContext`] is there.
    pub fn with_layer<L>(&mut self, layer: L, declare: impl FnOnce(&mut Self))
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.layers.push(Arc::new(move |route: MethodRouter| route.layer(layer.clone())));
        declare(self);
        self.layers.pop();
    }

    /// Declares a page.
    pub fn get<H, T>(&mut self, path: &str, who: Who, handler: H)
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.add(Method::GET, path, who, BODY_LIMIT, handler);
    }

    /// Declares a page that lists many things, which takes longer to read than a page about one: it reads with
    /// connections of its kind.
    pub fn list<H, T>(&mut self, path: &str, who: Who, handler: H)
    where
        H: Handler<T, S>,
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
        H: Handler<T, S>,
        T: 'static,
    {
        self.declare(Method::GET, path, Who::Anyone, Share::Identity, BODY_LIMIT, handler);
    }

    /// Declares a file that is the same for everyone, such as pictures and stylesheets: caches keep the responses
    /// that its handler calls `public` (`Cache-Control`). They keep no other response of it or of other routes,
    /// whatever handlers say.
    pub fn get_shared<H, T>(&mut self, path: &str, handler: H)
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let share = share_of(path);
        let route = self.layered(on(MethodFilter::GET, handler));
        let route = route.layer(from_fn(storing::share)).layer(from_fn(reading(share)));
        let info = RouteInfo::new(Method::GET, path, Who::Anyone, self.plugin, share);
        self.declared.push(Declared { info: RouteInfo { shared: true, ..info }, route: Some(route) });
    }

    /// Declares a form of up to `BODY_LIMIT`.
    pub fn post<H, T>(&mut self, path: &str, who: Who, handler: H)
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.add(Method::POST, path, who, BODY_LIMIT, handler);
    }

    /// Declares what pages and services of other sites may send, such as the button of a mail program: the check of the origin
    /// is left out. Anyone may, so the handler acts on a secret in the path or the body, never for the person who is signed in.
    pub fn post_from_elsewhere<H, T>(&mut self, path: &str, handler: H)
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let info = RouteInfo::new(Method::POST, path, Who::Anyone, self.plugin, share_of(path));
        let route = on(MethodFilter::POST, handler).with_state(self.state.clone());
        self.serve(route, RouteInfo { from_elsewhere: true, ..info }, BODY_LIMIT);
    }

    /// Declares a form with a long text, up to `LONG_BODY_LIMIT`.
    pub fn post_long<H, T>(&mut self, path: &str, who: Who, handler: H)
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.add(Method::POST, path, who, LONG_BODY_LIMIT, handler);
    }

    /// Declares a form with files and a long text: its handler takes a [`FileForm`](super::FileForm).
    #[cfg(feature = "files")]
    pub fn post_files<H, T>(&mut self, path: &str, who: Who, handler: H)
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.add(Method::POST, path, who, FILES_LIMIT, handler);
    }

    /// Declares a route of any method, with its largest body in bytes.
    pub fn add<H, T>(&mut self, method: Method, path: &str, who: Who, body_limit: usize, handler: H)
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.declare(method, path, who, share_of(path), body_limit, handler);
    }

    fn declare<H, T>(&mut self, method: Method, path: &str, who: Who, share: Share, body_limit: usize, handler: H)
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).ok();
        let info = RouteInfo::new(method, path, who, self.plugin, share);
        match filter {
            Some(filter) => self.serve(on(filter, handler).with_state(self.state.clone()), info, body_limit),
            None => self.declared.push(Declared { info, route: None }),
        }
    }

    /// Declares an operation of the API that `who` may ask for: its route, its description and its limits.
    pub fn operation(&mut self, who: Who, operation: impl Into<Operation>) {
        let mut operation = operation.into();
        operation.complete(who);
        let (method, limit) = (operation.method(), operation.body_limit);
        let Operation { schemas, path, described, route, edits, repeat, rate_limit, .. } = operation;
        let info = RouteInfo::new(operation.method, &path, who, self.plugin, share_of(&path));
        let route = if edits { route.layer(map_response(versions::as_precondition)) } else { route };
        let route = match rate_limit {
            Some(rate_limit) => route
                .layer(from_fn(move |cx: RequestContext, req: Request, next: Next| paced(rate_limit, cx, req, next))),
            None => route,
        };
        let route = if repeat == Repeat::ByAnswer {
            route.layer(from_fn(move |cx: RequestContext, req: Request, next: Next| {
                once::keep_answers(limit, cx, req, next)
            }))
        } else {
            route
        };
        self.document.paths.add_path_operation(&path, vec![method], described);
        self.add_schemas(schemas);
        self.serve(route, RouteInfo { edits, keyed: repeat != Repeat::Unkeyed, rate_limit, ..info }, limit);
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

    /// Serves `route`, inside the plugin's layers, to those who may ask for it.
    fn serve(&mut self, route: MethodRouter, info: RouteInfo, body_limit: usize) {
        let route = self.within_layers(route);
        let route = match info.who {
            Who::Anyone => route,
            who => route.layer(from_fn(move |cx: RequestContext, req: Request, next: Next| guard(who, cx, req, next))),
        };
        let route = route.layer(DefaultBodyLimit::max(body_limit)).layer(from_fn(reading(info.share)));
        self.declared.push(Declared { info, route: Some(route) });
    }

    /// Returns the route with its state and the plugin's layers.
    fn layered(&self, route: MethodRouter<S>) -> MethodRouter {
        self.within_layers(route.with_state(self.state.clone()))
    }

    /// Returns the route with the plugin's layers, the first declared outermost.
    fn within_layers(&self, route: MethodRouter) -> MethodRouter {
        self.layers.iter().rev().fold(route, |route, layer| layer(route))
    }
}

/// Returns the router of all routes, which clash nowhere: see `mistakes`.
pub(crate) fn router_of(declared: Vec<Declared>) -> (Vec<RouteInfo>, Router<()>) {
    let (mut infos, mut router) = (Vec::new(), Router::new());
    for Declared { info, route } in declared {
        if let Some(route) = route {
            router = router.route(&info.path, route);
        }
        infos.push(info);
    }
    (infos, router)
}

/// Counts an operation within its limit, and gives the time back if it is refused.
async fn paced(rate_limit: RateLimit, cx: RequestContext, req: Request, next: Next) -> Response {
    let (who, rate_limit) = (cx.paced(), rate_limit.at(cx.atrium().plugin_settings()));
    let left = match rate_limit::take(cx.db(), rate_limit, &who).await {
        Ok(left) => left,
        Err(error) => {
            let wait = error.retry_after();
            let mut refusal = error.into_response();
            if let Some(reset) = wait {
                refusal.extensions_mut().insert(Allowance { remaining: 0, reset, ..rate_limit.left(0) });
            }
            return refusal;
        }
    };
    let mut response = next.run(req).await;
    if response.status().is_success() {
        response.extensions_mut().insert(left);
    } else {
        rate_limit::give_back(cx.db(), rate_limit, &who).await;
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

async fn guard(who: Who, cx: RequestContext, req: Request, next: Next) -> Response {
    match admits(who, &cx) {
        Ok(()) => next.run(req).await,
        Err(error) => resume_form::refuse(&cx, req, error).await,
    }
}

fn admits(who: Who, cx: &RequestContext) -> Result<()> {
    let actor = cx.actor();
    match who {
        Who::Anyone => Ok(()),
        _ if actor.person().is_none() => Err(Error::sign_in_required()),
        Who::SignedIn => Ok(()),
        Who::Holder(permission) => {
            if actor.rights().holds_somewhere(permission, actor.now()) {
                Ok(())
            } else {
                Err(Error::forbidden(permission))
            }
        }
    }
}
