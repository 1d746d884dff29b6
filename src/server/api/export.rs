//! `/api/export`: all that a request matches, as a stream from one generation.

use std::io::{self, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderValue, Method, header};
use axum::response::Response;
use hyper::body::Frame;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Receiver, Sender};
use utoipa::IntoParams;

use super::search::Common;
use crate::search::{ExportFormat, ExportOptions, Order, Request};
use crate::server::app::App;
use crate::server::asked::Asked;
use crate::server::failure::{Failure, Failures};
use crate::server::reply;

/// Bytes that are sent at once.
const PIECE: usize = 64 * 1024;
/// Pieces that are made ahead of the client.
const AHEAD: usize = 4;
/// A client that takes nothing for this long has gone.
const PATIENCE: Duration = Duration::from_secs(60);

/// What an export understands beside the request.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct Own {
    /// The format: jsonl, csv, xlsx, md, bib or csl.
    pub format: Option<ExportFormat>,
    /// The order: date (the newest first), oldest or relevance.
    pub order: Option<Order>,
    /// Begin CSV with the mark of UTF-8 that Excel needs.
    pub bom: Option<bool>,
    /// Most articles; all without it.
    #[param(minimum = 1)]
    pub limit: Option<u64>,
    /// The day of access that references say: 2022-01-05.
    pub accessed: Option<String>,
}

/// Export all matches
///
/// A stream from one generation of the index, whatever is indexed meanwhile. The last line of JSON Lines
/// says how many articles there are: without it, the export was cut off.
#[utoipa::path(
    get,
    path = "/api/export",
    tag = "search",
    operation_id = "export",
    params(Own, Request, Common),
    responses(
        (
            status = 200,
            description = "The file, of the kind of its format",
            content(
                (String = "application/x-ndjson"),
                (String = "text/csv"),
                (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                (String = "text/markdown"),
                (String = "application/x-bibtex"),
                (String = "application/vnd.citationstyles.csl+json")
            )
        ),
        Failures
    ),
    extensions(("x-example" = json!("/api/export?q=绿色金融&format=csv&bom=true")))
)]
pub async fn export(State(app): State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    let asked = Asked::read(
        http,
        &["format", "order", "bom", "limit", "accessed"],
        &app.options,
    )
    .await?;
    send(app, asked).await
}

/// Export all matches of a long query
///
/// As GET, with the same fields as JSON.
#[utoipa::path(
    post,
    path = "/api/export",
    tag = "search",
    operation_id = "export_post",
    request_body(content = Request, example = json!({"q": "绿色金融"})),
    responses(
        (
            status = 200,
            description = "The file, of the kind of its format",
            content(
                (String = "application/x-ndjson"),
                (String = "text/csv"),
                (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                (String = "text/markdown"),
                (String = "application/x-bibtex"),
                (String = "application/vnd.citationstyles.csl+json")
            )
        ),
        Failures
    )
)]
pub async fn export_post(app: State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    debug_assert_eq!(http.method(), Method::POST);
    export(app, http).await
}

async fn send(app: Arc<App>, asked: Asked) -> Result<Response, Failure> {
    let options = options(&asked)?;
    let generation = app.generations.named(asked.generation.as_deref())?;
    let turn = app.exports.enter().await?;
    let (sender, pieces) = mpsc::channel(AHEAD);
    let searcher = generation.searcher.clone();
    let runtime = Handle::current();
    let work_app = Arc::clone(&app);
    let work_options = options.clone();
    tokio::task::spawn_blocking(move || {
        work_app.metrics.exports.inc();
        let mut out = Pieces {
            piece: Vec::with_capacity(PIECE),
            sender,
            runtime,
        };
        let written = searcher.export(&asked.request, &work_options, &mut out);
        let ended = written.map_err(Failure::from).map(|_| out.flush());
        if let Err(failure) = ended {
            out.fail(failure);
        }
        work_app.metrics.exports.dec();
        drop(turn);
    });
    let mut pieces = Stream {
        pieces,
        first: None,
    };
    // What is wrong with the request shows before the first piece.
    pieces.first = match pieces.pieces.recv().await {
        Some(Err(failure)) => return Err(failure),
        Some(Ok(piece)) => Some(piece),
        None => None,
    };
    let (kind, ending) = kind(options.format);
    let mut response = reply::of_kind(kind, Body::new(pieces));
    let headers = response.headers_mut();
    let name = format!("attachment; filename=\"newsearch.{ending}\"");
    for (header, value) in [
        (header::CONTENT_DISPOSITION, name.as_str()),
        (header::CACHE_CONTROL, "no-store"),
        (reply::GENERATION, &generation.name),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(header, value);
        }
    }
    Ok(response)
}

fn options(asked: &Asked) -> Result<ExportOptions, Failure> {
    let limit = asked.number("limit", 1, usize::MAX)?;
    Ok(ExportOptions {
        format: choice(asked, "format", "jsonl, csv, xlsx, md, bib, csl")?,
        order: choice(asked, "order", "date, oldest, relevance")?,
        bom: choice(asked, "bom", "true, false")?,
        limit: limit.map(|limit| limit as u64),
        accessed: asked.own.get("accessed").map(str::to_owned),
    })
}

/// The value of a parameter that is one of a few words; the usual one where there is none.
fn choice<T: Default + DeserializeOwned>(
    asked: &Asked,
    name: &str,
    known: &str,
) -> Result<T, Failure> {
    let Some(text) = asked.own.get(name) else {
        return Ok(T::default());
    };
    let word = match text {
        "true" | "false" => Value::Bool(text == "true"),
        text => Value::String(text.to_owned()),
    };
    serde_json::from_value(word).map_err(|_| {
        let message = format!("parameter `{name}`: `{text}` is none of {known}");
        Failure::of_parameter(name, message)
    })
}

fn kind(format: ExportFormat) -> (&'static str, &'static str) {
    match format {
        ExportFormat::Jsonl => ("application/x-ndjson", "jsonl"),
        ExportFormat::Csv => ("text/csv; charset=utf-8", "csv"),
        ExportFormat::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
        ExportFormat::Md => ("text/markdown; charset=utf-8", "md"),
        ExportFormat::Bib => ("application/x-bibtex; charset=utf-8", "bib"),
        ExportFormat::Csl => ("application/vnd.citationstyles.csl+json", "json"),
    }
}

/// What is written, piece by piece; waits where the client is slower.
struct Pieces {
    piece: Vec<u8>,
    sender: Sender<Result<Bytes, Failure>>,
    runtime: Handle,
}

impl Pieces {
    fn send(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        let sent = self.sender.send(Ok(piece.into()));
        match self
            .runtime
            .block_on(async { tokio::time::timeout(PATIENCE, sent).await })
        {
            Ok(Ok(())) => Ok(()),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Breaks the stream off, so that the client knows that it is not whole.
    fn fail(&mut self, failure: Failure) {
        let sent = self.sender.send(Err(failure));
        let _ = self
            .runtime
            .block_on(async { tokio::time::timeout(PATIENCE, sent).await });
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

/// The pieces as the body of a response.
struct Stream {
    first: Option<Bytes>,
    pieces: Receiver<Result<Bytes, Failure>>,
}

impl HttpBody for Stream {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        let piece = std::task::ready!(self.pieces.poll_recv(context));
        Poll::Ready(piece.map(|piece| match piece {
            Ok(piece) => Ok(Frame::data(piece)),
            Err(failure) => Err(io::Error::other(failure.message)),
        }))
    }
}
