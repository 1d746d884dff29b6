//! Requests to a cluster over HTTP: JSON goes in, JSON comes out.

use std::env;
use std::fs;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig};
use ureq::{Agent, Body, http};

use crate::index::Elsewhere;

/// The longest that one request may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The longest that connecting may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How often a request is made that the cluster is too busy for, or that does not reach it: a search that
/// somebody waits for, and all else.
const TRIES: u32 = 6;
const PATIENT_TRIES: u32 = 8;
/// How often whoever can wait asks what is not answered in time.
const TIMEOUTS: u32 = 3;
/// The pause before the second try; before each further one it is twice as long.
const PAUSE: Duration = Duration::from_millis(200);
/// What a cluster says, under whatever status, that has no memory for a request at the moment, or has just lost a
/// node.
const PASSING: [&[u8]; 2] = [
    b"circuit_breaking_exception",
    b"node_not_connected_exception",
];
/// The status of a cluster that cannot answer now.
const NOT_NOW: u16 = 503;
/// What asks for the next page of a search. All else that is asked for twice is as if it were asked for once;
/// of this, a page would be lost.
pub(super) const NEXT_PAGE: &str = "/_search/scroll";
/// The longest answer that is read, in bytes.
const MAX_ANSWER: u64 = 1 << 30;

/// Asks a cluster.
pub(super) struct Client {
    agent: Agent,
    /// Nodes of it, each without a slash at its end, and without user and password.
    urls: Vec<String>,
    /// The one that answered last.
    current: AtomicUsize,
    /// The header that says who asks.
    authorization: Option<String>,
    /// Nobody waits for it, so it can wait for the cluster.
    is_patient: bool,
}

/// What a request came to.
pub(super) struct Reply {
    pub status: u16,
    pub body: Value,
}

impl Reply {
    pub fn is_found(&self) -> bool {
        self.status != 404
    }
}

impl Client {
    /// A client of the cluster at `url`, which may name several nodes, with commas between them: where one does
    /// not answer, the next is asked. Who asks is said by the environment: `NEWSEARCH_API_KEY`, or
    /// `NEWSEARCH_USER` and `NEWSEARCH_PASSWORD`; `NEWSEARCH_CA` names a file of certificates to trust.
    pub fn new(url: &str) -> Result<Client, Elsewhere> {
        let urls: Vec<String> = url.split(',').map(address).collect::<Result<_, _>>()?;
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .timeout_connect(Some(CONNECT))
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("newsearch/", env!("CARGO_PKG_VERSION")));
        let config = match variable("NEWSEARCH_CA") {
            Some(file) => config.tls_config(trusting(&file)?),
            None => config,
        };
        Ok(Client {
            agent: config.build().into(),
            urls,
            current: AtomicUsize::new(0),
            authorization: authorization()?,
            is_patient: false,
        })
    }

    /// The same for whoever can wait, as an update can: half a minute for a cluster that is too busy, and a few
    /// times as long as a request may take for one that does not answer.
    pub fn patient(&self) -> Client {
        Client {
            agent: self.agent.clone(),
            urls: self.urls.clone(),
            current: AtomicUsize::new(self.current.load(Ordering::Relaxed)),
            authorization: self.authorization.clone(),
            is_patient: true,
        }
    }

    /// The address of the node that is asked.
    pub fn url(&self) -> &str {
        &self.urls[self.current.load(Ordering::Relaxed)]
    }

    /// Asks another node from now on, if there is one, than the one at this address.
    fn pass_on(&self, failed: &str) {
        // Another thread may have done so.
        if self.url() == failed {
            let next = (self.current.load(Ordering::Relaxed) + 1) % self.urls.len();
            self.current.store(next, Ordering::Relaxed);
        }
    }

    /// Makes a request, again where the cluster is too busy; `Err` where it refuses, but for what is not
    /// there and what is there already.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Reply, Elsewhere> {
        let body = body.map(Value::to_string).unwrap_or_default();
        self.send(method, path, "application/json", body.as_bytes())
    }

    /// The same with lines of JSON.
    pub fn ask_lines(&self, path: &str, lines: &[u8]) -> Result<Reply, Elsewhere> {
        self.send("POST", path, "application/x-ndjson", lines)
    }

    fn send(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Result<Reply, Elsewhere> {
        let mut pause = PAUSE;
        let may_be_repeated = (method, path) != ("POST", NEXT_PAGE);
        let tries = match path.contains("search") && !self.is_patient {
            true => TRIES,
            false => PATIENT_TRIES,
        };
        let mut timeouts = 0;
        for last in (1..=tries).map(|number| number == tries) {
            let url = self.url();
            match self.try_once(&format!("{url}{path}"), method, kind, body) {
                Ok(reply) if last || !may_be_repeated || !is_passing(reply.status) => {
                    return self.judged(method, path, reply);
                }
                Err(ureq::Error::Io(cause)) if is_of_tls(&cause) => {
                    return Err(Elsewhere(format!(
                        "no safe connection to the cluster at {url}: {cause}; NEWSEARCH_CA names a file of the certificates to trust"
                    )));
                }
                Err(error) => {
                    let is_late = matches!(error, ureq::Error::Timeout(_));
                    timeouts += u32::from(is_late);
                    let may_pass = match is_late {
                        true => self.is_patient && timeouts < TIMEOUTS,
                        false => is_of_the_way(&error),
                    };
                    let is_safe = may_be_repeated || did_not_arrive(&error);
                    if last || !may_pass || !is_safe {
                        return Err(Elsewhere(format!(
                            "the cluster at {url} does not answer: {error}"
                        )));
                    }
                    self.pass_on(url);
                }
                // It answers, and may do better in a moment.
                Ok(_) => {}
            }
            thread::sleep(pause);
            pause *= 2;
        }
        unreachable!("the last try returns")
    }

    fn try_once(
        &self,
        address: &str,
        method: &str,
        kind: &str,
        body: &[u8],
    ) -> Result<Reply, ureq::Error> {
        let request = http::Request::builder()
            .method(method)
            .uri(address)
            .header("accept", "application/json");
        let request = match &self.authorization {
            Some(authorization) => request.header("authorization", authorization),
            None => request,
        };
        let answered: http::Response<Body> = if body.is_empty() {
            self.agent.run(request.body(())?)?
        } else {
            self.agent
                .run(request.header("content-type", kind).body(body)?)?
        };
        let status = answered.status().as_u16();
        let mut answered = answered.into_body();
        let text = answered.with_config().limit(MAX_ANSWER).read_to_vec()?;
        let says = |what: &[u8]| text.windows(what.len()).any(|part| part == what);
        Ok(Reply {
            status: match status {
                500.. if PASSING.iter().any(|what| says(what)) => NOT_NOW,
                status => status,
            },
            body: serde_json::from_slice(&text).unwrap_or(Value::Null),
        })
    }

    /// A reply that is none of a failure.
    fn judged(&self, method: &str, path: &str, reply: Reply) -> Result<Reply, Elsewhere> {
        let url = self.url();
        let path = path.split('?').next().unwrap_or_default();
        match reply.status {
            200..300 | 404 | 409 => Ok(reply),
            401 | 403 => Err(Elsewhere(format!(
                "the cluster at {url} refuses this user: see NEWSEARCH_USER and NEWSEARCH_PASSWORD, or NEWSEARCH_API_KEY"
            ))),
            status => Err(Elsewhere(format!(
                "the cluster at {url} answers {method} {path} with {status}: {}",
                reason(&reply.body)
            ))),
        }
    }
}

/// What an answer gives as the reason of a failure, shortened.
pub(super) fn reason(body: &Value) -> String {
    let error = &body["error"];
    let causes = [
        &error["failed_shards"][0]["reason"]["reason"],
        &error["root_cause"][0]["reason"],
        &error["reason"],
        &error["caused_by"]["reason"],
        error,
    ];
    let mut causes = causes.iter().filter_map(|cause| cause.as_str());
    let said = causes.find(|cause| !cause.is_empty());
    let said = said.unwrap_or("it does not say why");
    said.chars().take(300).collect()
}

/// The address of a node, as it is written here.
fn address(url: &str) -> Result<String, Elsewhere> {
    let url = url.trim().trim_end_matches('/');
    let parsed: http::Uri = url
        .parse()
        .map_err(|_| Elsewhere("the address of the cluster is no URL".into()))?;
    let authority = parsed
        .authority()
        .map_or("", |authority| authority.as_str());
    if authority.contains('@') {
        return Err(Elsewhere(
            "the address of the cluster must not have a password: set NEWSEARCH_USER and NEWSEARCH_PASSWORD".into(),
        ));
    }
    if !matches!(parsed.scheme_str(), Some("http" | "https")) || authority.is_empty() {
        return Err(Elsewhere(format!(
            "{url} is no address of a cluster: it begins with http:// or https://"
        )));
    }
    Ok(url.to_owned())
}

/// Whether a cluster that answers so may do better in a moment.
fn is_passing(status: u16) -> bool {
    matches!(status, 429 | 502 | NOT_NOW | 504)
}

/// Whether a request was lost on its way, so that the next one may come through.
fn is_of_the_way(error: &ureq::Error) -> bool {
    matches!(
        error,
        ureq::Error::Io(_) | ureq::Error::ConnectionFailed | ureq::Error::HostNotFound
    )
}

/// Whether the cluster knows nothing of such a request.
fn did_not_arrive(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::Io(cause) => cause.kind() == io::ErrorKind::ConnectionRefused,
        error => is_of_the_way(error),
    }
}

/// Whether a connection failed because the other side is not who it should be, or does not speak TLS: it will
/// not be another time.
fn is_of_tls(cause: &io::Error) -> bool {
    cause.kind() == io::ErrorKind::InvalidData
}

/// A variable of the environment; an empty one is none.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn authorization() -> Result<Option<String>, Elsewhere> {
    if let Some(key) = variable("NEWSEARCH_API_KEY") {
        return Ok(Some(format!("ApiKey {key}")));
    }
    match (variable("NEWSEARCH_USER"), variable("NEWSEARCH_PASSWORD")) {
        (Some(user), Some(password)) => {
            let both = BASE64_STANDARD.encode(format!("{user}:{password}"));
            Ok(Some(format!("Basic {both}")))
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(Elsewhere(
            "NEWSEARCH_USER is set, NEWSEARCH_PASSWORD is not".into(),
        )),
        (None, Some(_)) => Err(Elsewhere(
            "NEWSEARCH_PASSWORD is set, NEWSEARCH_USER is not".into(),
        )),
    }
}

/// Trusts the certificates of a file, and no others.
fn trusting(file: &str) -> Result<TlsConfig, Elsewhere> {
    let pem = fs::read(file).map_err(|cause| Elsewhere(format!("{file}: {cause}")))?;
    let mut certificates: Vec<Certificate<'static>> = Vec::new();
    for item in ureq::tls::parse_pem(&pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(cause) => return Err(Elsewhere(format!("{file}: {cause}"))),
        }
    }
    if certificates.is_empty() {
        return Err(Elsewhere(format!("{file}: there is no certificate in it")));
    }
    let roots = RootCerts::from(certificates.into_iter());
    Ok(TlsConfig::builder().root_certs(roots).build())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};

    use super::*;

    /// A client of a server that answers all but the first requests, and that may take so long.
    fn of_a_slow_one(silent: usize) -> Client {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        thread::spawn(move || {
            let mut kept: Vec<TcpStream> = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                if kept.len() < silent {
                    kept.push(stream);
                    continue;
                }
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}");
            }
        });
        let config = Agent::config_builder().timeout_global(Some(Duration::from_millis(300)));
        Client {
            agent: config.build().into(),
            urls: vec![url],
            current: AtomicUsize::new(0),
            authorization: None,
            is_patient: false,
        }
    }

    #[test]
    fn what_was_not_answered_in_time_is_asked_again_by_who_can_wait() {
        let client = of_a_slow_one(2);
        let reply = client.patient().ask("GET", "/", None).expect("an answer");
        assert_eq!(reply.status, 200);

        let client = of_a_slow_one(1);
        let refused = client.ask("GET", "/", None).err().expect("no answer");
        assert!(refused.0.contains("does not answer"), "{refused:?}");

        // The page that did not come would be passed over.
        let client = of_a_slow_one(1).patient();
        assert!(client.ask("POST", NEXT_PAGE, None).is_err());

        let client = of_a_slow_one(usize::MAX);
        let refused = client.patient().ask("GET", "/", None);
        assert!(refused.is_err());
    }
}
