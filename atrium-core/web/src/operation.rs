//! One operation of the API, declared once: the router, the document and the limits come from the declaration.
//!
//! `#[utoipa::path]` beside the handler says method, path, input and output. [`Routes::operation`] adds who may ask,
//! and an [`Operation`] what else holds of it: that it edits a version, that its key makes it one write, how often
//! it may be done. What every operation has in common, the answers to errors above all, is written here alone.
//!
//! [`Routes::operation`]: super::Routes::operation

use axum::routing::MethodRouter;
use http::Method;
use serde::Serialize;
use serde_json::json;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{HttpMethod, Operation as Described, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Required, ResponseBuilder};

use super::bearer;
use super::rate_limit::RateLimit;
use super::routes::{BODY_LIMIT, LONG_BODY_LIMIT, Who};

/// The media type of errors.
pub(super) const PROBLEM: &str = "application/problem+json";

/// What `utoipa_axum::routes!` returns for a handler.
type OfHandler = (Vec<(String, RefOr<Schema>)>, Paths, MethodRouter);

/// How an operation deals with being sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// As the action itself has it: doing it twice is doing it once, or two acts.
    Unkeyed,
    /// The action looks for its own earlier write under the key.
    ByAction,
    /// The answer to the first is kept, and given again.
    ByAnswer,
}

/// An operation about to be declared.
///
/// ```
/// use atrium_web::{Json, Operation, RateLimit, RequestContext, Routes, Who};
/// use utoipa_axum::routes;
///
/// /// Orders a book.
/// #[utoipa::path(post, path = "/api/v1/library/orders", request_body = String, responses((status = 201, body = i64)))]
/// async fn order(_cx: RequestContext, Json(_title): Json<String>) -> Json<i64> {
///     Json(1)
/// }
///
/// fn declare(routes: &mut Routes) {
///     let ordering = Operation::of(routes!(order)).once().limited(RateLimit::per_hour("library.order", 20));
///     routes.operation(Who::SignedIn, ordering);
/// }
/// ```
pub struct Operation {
    pub(super) schemas: Vec<(String, RefOr<Schema>)>,
    pub(super) path: String,
    pub(super) method: Method,
    pub(super) described: Described,
    pub(super) route: MethodRouter,
    pub(super) edits: bool,
    pub(super) repeat: Repeat,
    pub(super) rate_limit: Option<RateLimit>,
    pub(super) body_limit: usize,
}

impl From<OfHandler> for Operation {
    fn from(handler: OfHandler) -> Self {
        Self::of(handler)
    }
}

impl Operation {
    /// Creates the operation of one handler, given `utoipa_axum::routes!(handler)`.
    ///
    /// # Panics
    /// Panics unless the handler has exactly one method and one path.
    #[must_use]
    pub fn of((schemas, paths, route): OfHandler) -> Self {
        let (path, item) = paths.paths.into_iter().next().expect("an operation has a path");
        let methods = [
            (Method::GET, item.get),
            (Method::POST, item.post),
            (Method::PUT, item.put),
            (Method::PATCH, item.patch),
            (Method::DELETE, item.delete),
        ];
        let mut methods = methods.into_iter().filter_map(|(method, described)| Some((method, described?)));
        let (method, described) = methods.next().expect("an operation has a method");
        assert!(methods.next().is_none(), "{path} is declared for one method at a time");
        let (edits, repeat, rate_limit, body_limit) = (false, Repeat::Unkeyed, None, BODY_LIMIT);
        Self { schemas, path, method, described, route, edits, repeat, rate_limit, body_limit }
    }

    /// Says that it changes the version that the caller has read: its handler takes [`IfMatch`](super::IfMatch).
    #[must_use]
    pub fn edits(mut self) -> Self {
        self.edits = true;
        self
    }

    /// Says that its action takes an `Idempotency-Key` by itself.
    #[must_use]
    pub fn keyed(mut self) -> Self {
        self.repeat = Repeat::ByAction;
        self
    }

    /// Has an `Idempotency-Key` make it one write: sent again with the same key and body within a day, it answers
    /// what the first one answered.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.repeat = Repeat::ByAnswer;
        self
    }

    /// Counts it within `rate_limit`, unless it is refused.
    #[must_use]
    pub fn limited(mut self, rate_limit: RateLimit) -> Self {
        self.rate_limit = Some(rate_limit);
        self
    }

    /// Lets its body carry a long text, up to `LONG_BODY_LIMIT`.
    #[must_use]
    pub fn long(mut self) -> Self {
        self.body_limit = LONG_BODY_LIMIT;
        self
    }

    /// Lets its body carry files.
    #[cfg(feature = "files")]
    #[must_use]
    pub(super) fn with_files(mut self) -> Self {
        self.body_limit = super::routes::FILES_LIMIT;
        self
    }

    /// Completes the description with what holds of every operation, and of those that `who` may ask for.
    pub(super) fn complete(&mut self, who: Who) {
        self.described.tags = Some(bearer::area(&self.path).map(str::to_owned).into_iter().collect());
        self.described.operation_id = Some(id(&self.method, &self.path));
        if who != Who::Anyone {
            self.described.security = Some(vec![SecurityRequirement::new("token", [""; 0])]);
        }
        self.add_headers();
        self.add_extensions(who);
        self.add_errors();
    }

    fn add_headers(&mut self) {
        let mut header = |name: &str, required, pattern: &str, about: &str| {
            let schema = ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern));
            let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header);
            let parameter = parameter.required(required).description(Some(about)).schema(Some(schema));
            self.described.parameters.get_or_insert_default().push(parameter.build().into());
        };
        if self.edits {
            header("If-Match", Required::True, r#"^"[0-9]{1,18}"$"#, "The `ETag` of what was read.");
        }
        if self.repeat != Repeat::Unkeyed {
            let about = "Makes it one write: sent again with the same key and content, it answers with the first.";
            header("Idempotency-Key", Required::False, "^[A-Za-z0-9_-]{8,64}$", about);
        }
    }

    fn add_extensions(&mut self, who: Who) {
        let who = match who {
            Who::Anyone => "anyone".to_owned(),
            Who::SignedIn => "signed-in".to_owned(),
            Who::Holder(permission) => permission.0.to_owned(),
        };
        let mut extensions = vec![("x-who".to_owned(), json!(who))];
        if let Some(rate_limit) = self.rate_limit {
            extensions.push(("x-limit".to_owned(), json!({"name": rate_limit.what(), "per_hour": rate_limit.most()})));
        }
        self.described.extensions = Some(extensions.into_iter().collect());
    }

    /// Returns the statuses of its refusals, with what each means.
    fn refusals(&self) -> Vec<(u16, &'static str)> {
        let writes = self.method != Method::GET;
        let parameters = || self.described.parameters.iter().flatten();
        let is_in = |wanted: &ParameterIn| {
            parameters().any(|each| matches!(each, RefOr::T(parameter) if parameter.parameter_in == *wanted))
        };
        let (has_path, has_query) = (self.path.contains('{'), is_in(&ParameterIn::Query));
        let has_body = self.described.request_body.is_some();
        let all = [
            (400, has_query || has_body, "The body or the query cannot be read"),
            (401, true, "Not signed in, or the token does not hold"),
            (403, true, "Not permitted, or the token was not made for this"),
            (404, has_path || has_query || writes, "There is none, or none that one may know of"),
            (409, writes, "Something stands in the way: `detail` says what"),
            (412, self.edits, "Changed since it was read"),
            (413, has_body, "The body is too large"),
            (422, has_query || writes, "What is wrong, field by field"),
            (428, self.edits, "No `If-Match`"),
            (429, true, "Too often: `Retry-After` says when"),
            (503, true, "Too much at once: `Retry-After` says when"),
        ];
        all.into_iter().filter(|(_, holds, _)| *holds).map(|(status, _, about)| (status, about)).collect()
    }

    fn add_errors(&mut self) {
        let refusals = self.refusals();
        let responses = &mut self.described.responses.responses;
        for (status, about) in refusals {
            let plain = || ResponseBuilder::new().description(about).build().into();
            responses.entry(status.to_string()).or_insert_with(plain);
        }
        for (status, response) in responses {
            let RefOr::T(response) = response else { continue };
            if status.starts_with(['4', '5']) && response.content.is_empty() {
                let schema = Ref::from_schema_name("Problem");
                let content = ContentBuilder::new().schema(Some(schema)).build();
                response.content.insert(PROBLEM.to_owned(), content.into());
            }
            if matches!(status.as_str(), "429" | "503") {
                let seconds = ObjectBuilder::new().schema_type(Type::Integer);
                let header = HeaderBuilder::new().schema(Some(seconds)).description(Some("Seconds to wait.")).build();
                response.headers.insert("Retry-After".to_owned(), header.into());
            }
        }
    }

    /// Returns its method as the document has it.
    pub(super) fn method(&self) -> HttpMethod {
        match self.method {
            Method::POST => HttpMethod::Post,
            Method::PUT => HttpMethod::Put,
            Method::PATCH => HttpMethod::Patch,
            Method::DELETE => HttpMethod::Delete,
            _ => HttpMethod::Get,
        }
    }
}

/// Returns the name of an operation, unique by method and path: `post_forum_topics`.
fn id(method: &Method, path: &str) -> String {
    let words = path.split('/').skip(3).map(|part| part.trim_matches(['{', '}', '*']).replace('-', "_"));
    std::iter::once(method.as_str().to_lowercase()).chain(words).collect::<Vec<_>>().join("_")
}

/// What was refused, and why (RFC 9457).
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Problem {
    /// `about:blank`: the status says what kind it is.
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) status: u16,
    /// What stands in the way, in the language of `Accept-Language`, else of the person.
    pub(super) detail: String,
    /// What is wrong, field by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(super) errors: Vec<WrongField>,
}

/// What is wrong with one field.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct WrongField {
    /// Its name in the body, the query or the headers; empty for the whole of it.
    pub(super) field: String,
    /// The same for the same problem, in every language.
    pub(super) code: String,
    pub(super) message: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use utoipa_axum::routes;

    #[utoipa::path(post, path = "/api/v1/library/orders/{id}", params(("id" = i64, Path)), request_body = String,
        responses((status = 201, body = i64), (status = 409, description = "It is lent")))]
    async fn order() {}

    #[test]
    fn the_refusals_of_an_operation_are_written_in_one_place() {
        let mut operation =
            Operation::of(routes!(order)).edits().once().limited(RateLimit::per_hour("library.order", 20));
        operation.complete(Who::SignedIn);
        let described = serde_json::to_value(&operation.described).unwrap();
        assert_eq!(described["operationId"], "post_library_orders_id");
        assert_eq!(described["tags"], json!(["library"]));
        assert_eq!(described["x-who"], "signed-in");
        assert_eq!(described["x-limit"], json!({"name": "library.order", "per_hour": 20}));
        let statuses: Vec<_> = described["responses"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(
            statuses,
            ["201", "400", "401", "403", "404", "409", "412", "413", "422", "428", "429", "503"].map(str::to_owned)
        );
        assert_eq!(described["responses"]["409"]["description"], "It is lent");
        for status in statuses.iter().filter(|status| status.as_str() >= "400") {
            let schema = &described["responses"][status]["content"][PROBLEM]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{status}");
        }
        let names: Vec<_> = described["parameters"].as_array().unwrap().iter().map(|each| &each["name"]).collect();
        assert_eq!(names, ["id", "If-Match", "Idempotency-Key"]);
    }
}
