//! The socket: who is let in, for how long, and how it ends.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower_service::Service;

use super::app::App;
use super::follow::follow;
use super::options::Options;
use super::reload;
use super::source::Source;
use crate::index::IndexError;

/// The time that the head of a request may take to arrive, and the next one of a connection to begin.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// Most bytes of the head of a request.
const MAX_HEAD: usize = 64 * 1024;
/// The time that open answers have when the server ends.
const LAST_CALL: Duration = Duration::from_secs(5);
/// Open files that are not connections.
#[cfg(unix)]
const OTHER_FILES: usize = 512;
/// Most connections, whatever the system allows.
const MAX_CONNECTIONS: usize = 20_000;

/// What to serve, and where.
#[derive(Debug, Clone)]
pub struct Serving {
    /// Where the index is.
    pub index: Source,
    /// Where to listen; port 0 for any that is free.
    pub listen: SocketAddr,
    /// Folders and files that are indexed as they change, into an index in a folder; not looked at for one
    /// on a cluster.
    pub watch: Vec<PathBuf>,
    /// How to answer.
    pub options: Options,
}

/// Why a server cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The address cannot be listened at.
    #[error("cannot listen at {address}: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        cause: io::Error,
    },
    /// The system refuses threads or signals.
    #[error("the server cannot begin")]
    System(#[from] io::Error),
}

/// Serves until the process is asked to end, by SIGINT or SIGTERM. `listening` is called with the address
/// when the first request can come.
///
/// # Errors
/// When it cannot begin; once it serves, it goes on.
pub fn serve(serving: Serving, listening: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(serving.options.searches + 64)
        .build()?;
    let served = runtime.block_on(until_told(serving, listening));
    runtime.shutdown_timeout(Duration::from_millis(500));
    served
}

async fn until_told(
    serving: Serving,
    listening: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let connections = raise_limit();
    let source = serving.index;
    let stamp = source.stamp();
    let app = App::new(source.searcher()?, serving.options)?;
    let address = serving.listen;
    let bound = TcpListener::bind(address).await;
    let listener = bound.map_err(|cause| ServeError::Listen { address, cause })?;
    let told = told_to_end()?;
    if let Source::Folder(index) = &source
        && !serving.watch.is_empty()
    {
        let (app, index, paths) = (Arc::clone(&app), index.clone(), serving.watch);
        std::thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || follow(&app, &index, &paths))?;
    }
    tokio::spawn(reload::follow(Arc::clone(&app), source, stamp));
    listening(listener.local_addr()?);
    let router = app.router();
    let graceful = GracefulShutdown::new();
    tokio::select! {
        () = accept(listener, router, &graceful, connections) => {}
        () = told => tracing::info!("told to end"),
    }
    let ended = tokio::time::timeout(LAST_CALL, graceful.shutdown()).await;
    if ended.is_err() {
        tracing::warn!("answers were cut off after 5 seconds");
    }
    Ok(())
}

/// Lets connections in for ever; no more at once than there are files for.
async fn accept(
    listener: TcpListener,
    router: Router,
    graceful: &GracefulShutdown,
    connections: usize,
) {
    let places = Arc::new(Semaphore::new(connections));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let connection = graceful.watch(connection(stream, router.clone()));
        tokio::spawn(async move {
            // A client that goes away is no matter of ours.
            let _ = connection.await;
            drop(place);
        });
    }
}

/// One connection, and the requests that come over it.
fn connection(
    stream: TcpStream,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut router = router.clone();
        async move { Ok::<_, Infallible>(answer(&mut router, request).await) }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service)
}

async fn answer(router: &mut Router, request: hyper::Request<Incoming>) -> hyper::Response<Body> {
    let request = request.map(Body::new);
    let Ok(answer) = router.call(request).await;
    answer
}

/// Ends when the process is asked to end.
#[cfg(not(unix))]
fn told_to_end() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Ends when the process is asked to end.
#[cfg(unix)]
fn told_to_end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// How many connections there may be.
#[cfg(not(unix))]
fn raise_limit() -> usize {
    MAX_CONNECTIONS
}

/// Takes as many open files as the system gives; how many connections that allows.
#[cfg(unix)]
fn raise_limit() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit
        .maximum
        .unwrap_or(u64::MAX)
        .min((MAX_CONNECTIONS + OTHER_FILES) as u64);
    let raised = Rlimit {
        current: Some(wanted.max(limit.current.unwrap_or(0))),
        maximum: limit.maximum,
    };
    let _ = setrlimit(Resource::Nofile, raised);
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let files = usize::try_from(files).unwrap_or(usize::MAX);
    files.saturating_sub(OTHER_FILES).clamp(16, MAX_CONNECTIONS)
}
