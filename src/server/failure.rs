//! All that an answer can be instead of an answer.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use super::gate::Full;
use super::generations::Gone;
use crate::index::IndexError;
use crate::search::{GlanceError, RequestError};

/// After this many seconds who was refused may ask again.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// What went wrong with a request.
#[derive(Debug)]
pub struct Failure {
    /// Which kind of failure.
    pub code: Code,
    /// What is wrong, and what to do.
    pub message: String,
    /// The parameter that is wrong.
    pub parameter: Option<String>,
}

/// The kinds of failures: what programs may rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// 400: a parameter is unknown, given twice, or malformed.
    BadParameter,
    /// 400: the body is not the JSON that is expected.
    BadJson,
    /// 401: the server asks for a token.
    TokenNeeded,
    /// 404: no article has this id.
    NoSuchArticle,
    /// 404: there is nothing at this address.
    NoSuchPath,
    /// 405: the address does not take this method.
    MethodNotAllowed,
    /// 408: the body did not arrive in time.
    SlowBody,
    /// 410: the generation that was asked for is no longer kept.
    GenerationGone,
    /// 413: the body is too long.
    BodyTooLong,
    /// 414: the query string is too long.
    QueryTooLong,
    /// 415: a body must be JSON.
    NotJson,
    /// 421: the server is not called by this name.
    HostNotAllowed,
    /// 422: the query asks for more than can be searched.
    TooBroad,
    /// 422: the search took longer than it may.
    OutOfTime,
    /// 500: the index cannot be read, or the program has a fault; the log says more.
    Internal,
    /// 501: an index on a cluster does not answer this.
    NotOnCluster,
    /// 503: too many requests wait already; ask again after `Retry-After` seconds.
    TooManySearches,
}

/// The JSON of a failure.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailureBody {
    /// The kind of failure.
    pub code: Code,
    /// What is wrong, and what to do.
    #[schema(example = "parameter `limit`: `-1` is not a number from 0 to 1000000")]
    pub message: String,
    /// The parameter that is wrong, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
}

/// The failures that any route may answer with.
#[derive(IntoResponses)]
#[allow(dead_code)]
pub enum Failures {
    /// A parameter or the body is wrong.
    #[response(status = 400)]
    Bad(FailureBody),
    /// The server asks for a token.
    #[response(status = 401)]
    Token(FailureBody),
    /// The body did not arrive in time.
    #[response(status = 408)]
    Slow(FailureBody),
    /// The generation that was asked for is no longer kept.
    #[response(status = 410)]
    Gone(FailureBody),
    /// The body is too long.
    #[response(status = 413)]
    Body(FailureBody),
    /// The query string is too long.
    #[response(status = 414)]
    Query(FailureBody),
    /// A body must be JSON.
    #[response(status = 415)]
    NotJson(FailureBody),
    /// The server is not called by this name.
    #[response(status = 421)]
    Host(FailureBody),
    /// The query asks for too much, or for more time than it may take.
    #[response(status = 422)]
    TooMuch(FailureBody),
    /// The index cannot be read.
    #[response(status = 500)]
    Internal(FailureBody),
    /// An index on a cluster does not answer this.
    #[response(status = 501)]
    NotOnCluster(FailureBody),
    /// Too many requests wait already.
    #[response(
        status = 503,
        headers(("retry-after" = u32, description = "Ask again after so many seconds"))
    )]
    Full(FailureBody),
}

impl Code {
    /// The status of HTTP.
    pub fn status(self) -> StatusCode {
        match self {
            Code::BadParameter | Code::BadJson => StatusCode::BAD_REQUEST,
            Code::TokenNeeded => StatusCode::UNAUTHORIZED,
            Code::NoSuchArticle | Code::NoSuchPath => StatusCode::NOT_FOUND,
            Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Code::SlowBody => StatusCode::REQUEST_TIMEOUT,
            Code::GenerationGone => StatusCode::GONE,
            Code::BodyTooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Code::QueryTooLong => StatusCode::URI_TOO_LONG,
            Code::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Code::HostNotAllowed => StatusCode::MISDIRECTED_REQUEST,
            Code::TooBroad | Code::OutOfTime => StatusCode::UNPROCESSABLE_ENTITY,
            Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Code::NotOnCluster => StatusCode::NOT_IMPLEMENTED,
            Code::TooManySearches => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl Failure {
    /// A failure of this kind.
    pub fn new(code: Code, message: impl Into<String>) -> Failure {
        Failure {
            code,
            message: message.into(),
            parameter: None,
        }
    }

    /// A wrong value of a parameter.
    pub fn of_parameter(parameter: &str, message: impl Into<String>) -> Failure {
        Failure {
            parameter: Some(parameter.to_owned()),
            ..Failure::new(Code::BadParameter, message)
        }
    }

    /// There is no article with this id.
    pub fn no_article(id: &str) -> Failure {
        let message = format!("no article has the id `{id}`: search for it by its words");
        Failure::new(Code::NoSuchArticle, message)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = Json(FailureBody {
            code: self.code,
            message: self.message,
            parameter: self.parameter,
        })
        .into_response();
        mark(&mut response, self.code);
        response
    }
}

/// Gives a response the status of a failure, and the headers that belong to it.
pub fn mark(response: &mut Response, code: Code) {
    *response.status_mut() = code.status();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if code == Code::TooManySearches {
        headers.insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    if code == Code::TokenNeeded {
        let ways = HeaderValue::from_static("Bearer, Basic realm=\"newsearch\", charset=\"UTF-8\"");
        headers.insert(header::WWW_AUTHENTICATE, ways);
    }
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Failure {
        let parameter = match &error {
            RequestError::Unknown { parameter, .. } => Some(parameter.clone()),
            RequestError::Twice { parameter }
            | RequestError::Date { parameter, .. }
            | RequestError::Number { parameter, .. }
            | RequestError::Choice { parameter, .. }
            | RequestError::Time { parameter, .. } => Some((*parameter).to_owned()),
            RequestError::Encoding { .. } => None,
        };
        Failure {
            code: Code::BadParameter,
            message: error.to_string(),
            parameter,
        }
    }
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Failure {
        match error {
            IndexError::TooBroad => Failure::new(Code::TooBroad, error.to_string()),
            IndexError::NotElsewhere(_) => Failure::new(Code::NotOnCluster, error.to_string()),
            IndexError::OutOfTime { allowed } => Failure::new(
                Code::OutOfTime,
                format!(
                    "the search was stopped after {allowed:?}: ask for less, or give it more time with `timeout`"
                ),
            ),
            error => {
                // The message may name files of this machine.
                tracing::error!(error = &error as &dyn std::error::Error, "a search failed");
                Failure::new(
                    Code::Internal,
                    "the index cannot be read; the log of the server says why",
                )
            }
        }
    }
}

impl From<GlanceError> for Failure {
    fn from(error: GlanceError) -> Failure {
        match error {
            GlanceError::Argument { argument, problem } => {
                let message = format!("parameter `{argument}`: {problem}");
                Failure::of_parameter(argument, message)
            }
            GlanceError::Index(error) => error.into(),
            error => Failure::new(Code::Internal, error.to_string()),
        }
    }
}

/// What an index in a folder answers; `None` where one on a cluster does not.
pub fn unless_on_cluster<T>(answer: Result<T, GlanceError>) -> Result<Option<T>, Failure> {
    match answer {
        Err(GlanceError::Index(IndexError::NotElsewhere(_))) => Ok(None),
        answer => Ok(Some(answer?)),
    }
}

impl From<Full> for Failure {
    fn from(_: Full) -> Failure {
        Failure::new(
            Code::TooManySearches,
            "too many requests wait already: ask again in a second",
        )
    }
}

impl From<Gone> for Failure {
    fn from(_: Gone) -> Failure {
        Failure {
            parameter: Some("generation".to_owned()),
            ..Failure::new(
                Code::GenerationGone,
                "the archive has changed since, and this generation is no longer kept: ask again without `generation`",
            )
        }
    }
}
