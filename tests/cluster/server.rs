//! A server of the tests' own.

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// A server of the tests' own, ended with it.
pub struct Server {
    folder: TempDir,
    port: u16,
    pub nodes: u32,
}

impl Server {
    /// `None` where the machine cannot run one.
    pub fn start() -> Option<Server> {
        let has = |program: &str, argument: &str| {
            let ran = Command::new(program).arg(argument).output();
            ran.is_ok_and(|output| output.status.success())
        };
        let lacks: Vec<&str> = [
            ("java", "-version"),
            ("mvn", "-version"),
            ("setpriv", "--version"),
            ("python3", "--version"),
            ("openssl", "version"),
        ]
        .into_iter()
        .filter(|(program, argument)| !has(program, argument))
        .map(|(program, _)| program)
        .collect();
        if !lacks.is_empty() {
            let lacks = lacks.join(", ");
            let is_required = env::var("CI").is_ok_and(|value| value == "true");
            assert!(!is_required, "the tests of clusters need {lacks}");
            eprintln!("passed over: the tests of clusters need {lacks}");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        // The server is run by nobody.
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(folder.path(), open).expect("a folder of ours");
        let nodes = env::var("NEWSEARCH_TEST_NODES");
        let server = Server {
            port: free_port(),
            folder,
            nodes: nodes.map_or(3, |nodes| nodes.parse().expect("a number of nodes")),
        };
        let numbers = [server.nodes.to_string(), server.port.to_string()];
        let started = server.run(&["start"], &[&numbers[0], &numbers[1]]);
        assert!(started, "the server does not start");
        Some(server)
    }

    fn run(&self, command: &[&str], arguments: &[&str]) -> bool {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/opensearch/server");
        let ran = Command::new(script)
            .args(command)
            .arg(self.folder.path())
            .args(arguments)
            .status();
        ran.is_ok_and(|status| status.success())
    }

    pub fn url(&self) -> String {
        self.url_of(1)
    }

    /// Where a node answers.
    pub fn url_of(&self, node: u32) -> String {
        format!("http://127.0.0.1:{}", u32::from(self.port) + node - 1)
    }

    /// The node that manages the others.
    pub fn manager(&self) -> u32 {
        let said = self.get("/_cat/cluster_manager?format=json");
        let name = said[0]["node"].as_str().expect("a name");
        let number = name.strip_prefix("node-").map(str::parse);
        number.expect("a node of ours").expect("a number")
    }

    /// Ends a node at once.
    pub fn kill(&self, node: u32) {
        assert!(self.run(&["kill"], &[&node.to_string()]));
    }

    /// Starts a node that was ended, and waits until all is well.
    pub fn restart(&self, node: u32) {
        let [node, nodes, port] = [node, self.nodes, self.port.into()].map(|n| n.to_string());
        assert!(self.run(&["restart"], &[&node, &nodes, &port]));
    }

    /// Puts something there without newsearch.
    pub fn put(&self, path: &str, body: &str) {
        self.ask("PUT", path, body);
    }

    /// Asks for something to be done, or found.
    pub fn post(&self, path: &str, body: &str) -> Value {
        serde_json::from_str(&self.ask("POST", path, body)).expect("JSON")
    }

    /// What is there.
    pub fn get(&self, path: &str) -> Value {
        serde_json::from_str(&self.ask("GET", path, "")).expect("JSON")
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let (status, answer) = ask(&format!("127.0.0.1:{}", self.port), method, path, body);
        assert!((200..300).contains(&status), "{status} {answer}");
        answer
    }
}

/// Asks a server; the status and the body of its answer.
pub fn ask(address: &str, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("the server");
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("the server reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    (status.expect("a status"), body.to_owned())
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run(&["stop"], &[]);
    }
}

/// A port that is free, and so are those of the nodes after it, as far as one can know.
fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("bound").port().min(60_000)
}
