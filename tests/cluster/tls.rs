//! A cluster behind TLS, for users: certificates are checked, and nothing that is secret is told.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use super::server::Server;

const SECRET: &str = "kaisuo-4711";
/// `desk` with the secret, as a header has it, and the same as a key.
const ALLOWED: [&str; 2] = ["Basic ZGVzazprYWlzdW8tNDcxMQ==", "ApiKey kaisuo-4711"];

pub fn a_user_is_known_behind_tls(server: &Server) {
    let home = tempfile::tempdir().expect("a folder");
    let (ours, others) = (home.path().join("ours"), home.path().join("others"));
    certificates(&ours, "127.0.0.1");
    certificates(&others, "127.0.0.1");
    let door = Door::open(&ours, server);
    let url = format!("https://127.0.0.1:{}", door.port);
    let query = |url: &str, environment: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newsearch"));
        command.args(["query", "绿色金融", "--json", "--engine", "opensearch"]);
        command.args(["--name", "sample", "--url", url]);
        for name in [
            "NEWSEARCH_CA",
            "NEWSEARCH_USER",
            "NEWSEARCH_PASSWORD",
            "NEWSEARCH_API_KEY",
        ] {
            command.env_remove(name);
        }
        command.envs(environment.iter().copied());
        command.output().expect("the program")
    };
    let [ours, others] = [ours, others].map(|folder| {
        let file = folder.join("ca.pem");
        file.to_str().expect("a path").to_owned()
    });
    let user = [("NEWSEARCH_USER", "desk"), ("NEWSEARCH_PASSWORD", SECRET)];
    let [user, wrong] = [user, [user[0], ("NEWSEARCH_PASSWORD", "kaisuo-0815")]];
    let key = ("NEWSEARCH_API_KEY", SECRET);
    let (trusted, untrusted) = (("NEWSEARCH_CA", &*ours), ("NEWSEARCH_CA", &*others));

    let expected = query(&server.url(), &[]).stdout;
    assert!(!expected.is_empty());
    for environment in [&[trusted, user[0], user[1]][..], &[trusted, key]] {
        let known = query(&url, environment);
        assert!(known.status.success(), "{}", said(&known));
        assert_eq!(known.stdout, expected);
    }
    for (environment, why) in [
        (&[trusted][..], "refuses this user"),
        (&[trusted, wrong[0], wrong[1]], "refuses this user"),
        (&[user[0], user[1]], "NEWSEARCH_CA names"),
        (&[untrusted, user[0], user[1]], "NEWSEARCH_CA names"),
        (&[trusted, user[0]], "NEWSEARCH_PASSWORD is not"),
    ] {
        let refused = query(&url, environment);
        assert_eq!(refused.status.code(), Some(2), "{environment:?}");
        assert!(refused.stdout.is_empty());
        let said = said(&refused);
        assert!(said.contains(why), "{said}");
        assert!(!said.contains("kaisuo") && !said.contains("ZGVz"), "{said}");
    }
    // The certificate is for the address, not for whoever shows it.
    let elsewhere = url.replace("127.0.0.1", "localhost");
    let refused = query(&elsewhere, &[trusted, key]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("certificate"), "{}", said(&refused));
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Makes an authority in a folder, `ca.pem`, and what it certifies: `cert.pem` and `key.pem` for an address.
fn certificates(folder: &Path, address: &str) {
    fs::create_dir(folder).expect("a folder");
    fs::write(folder.join("names"), format!("subjectAltName=IP:{address}")).expect("a file");
    for command in [
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem",
        "req -newkey rsa:2048 -nodes -subj /CN=cluster -keyout key.pem -out cluster.csr",
        "x509 -req -in cluster.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out cert.pem",
    ] {
        let mut openssl = Command::new("openssl");
        let made = openssl
            .args(command.split(' '))
            .current_dir(folder)
            .output();
        let made = made.expect("the tests of clusters need openssl");
        assert!(made.status.success(), "{}", said(&made));
    }
}

/// `tests/opensearch/tls` in front of a server, ended with it.
struct Door {
    process: Child,
    port: u16,
}

impl Door {
    fn open(certificates: &Path, server: &Server) -> Door {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/opensearch/tls");
        let upstream = server.url();
        let port = upstream.rsplit(':').next().expect("a port");
        let mut command = Command::new("python3");
        command
            .arg(script)
            .arg(certificates)
            .arg(port)
            .args(ALLOWED);
        let process = command.stdout(Stdio::piped()).spawn();
        let mut process = process.expect("the tests of clusters need python3");
        let mut line = String::new();
        let out = process.stdout.take().expect("a pipe");
        BufReader::new(out).read_line(&mut line).expect("a line");
        Door {
            process,
            port: line.trim().parse().expect("a port"),
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
