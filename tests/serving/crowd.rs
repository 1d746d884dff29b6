//! More than anybody needs: connections, and bytes of bodies. Memory stays bounded, and others are
//! answered meanwhile. Short: 1,000 connections. Long (`NEWSEARCH_LONG=1`): 10,000.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use super::site::Site;
use super::wire::get;

/// Whether the long forms run.
pub fn is_long() -> bool {
    std::env::var_os("NEWSEARCH_LONG").is_some()
}

/// The most memory that a process has had, in KiB; `None` where the system does not tell.
fn peak(site: &Site) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", site.child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Lets this process have so many open files.
fn allow_files(wanted: u64) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = Some(limit.maximum.unwrap_or(wanted).min(wanted));
    setrlimit(Resource::Nofile, limit).unwrap();
}

#[test]
fn thousands_of_connections_that_ask_nothing_are_held_in_little_memory() {
    let many = if is_long() { 10_000 } else { 1_000 };
    allow_files(many + 500);
    let site = Site::open();
    for _ in 0..20 {
        assert_eq!(get(&site, "/api/search?q=%E5%85%AC%E5%8F%B8").0, 200);
    }
    let before = peak(&site);
    let body = "POST /api/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n";
    let body = body.to_owned() + &"a".repeat(20_000);
    let head = format!(
        "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: {}",
        "x".repeat(8_000)
    );
    let mut held = Vec::new();
    for number in 0..many {
        let mut stream = TcpStream::connect(site.host()).unwrap();
        let begun: &str = match number % 4 {
            0 => "",
            1 => "GET /api/search?q=",
            2 => &body,
            _ => &head,
        };
        stream.write_all(begun.as_bytes()).unwrap();
        held.push(stream);
    }
    for _ in 0..3 {
        for stream in &mut held {
            // Who waits too long is cut off.
            let _ = stream.write_all(b"a");
        }
        for _ in 0..10 {
            assert_eq!(get(&site, "/api/search?q=%E5%85%AC%E5%8F%B8").0, 200);
        }
    }
    if let (Some(before), Some(after)) = (before, peak(&site)) {
        println!("{many} connections: {before} KiB before, {after} KiB at most");
        let allowed = before + many * 64 + 32 * 1024;
        assert!(after < allowed, "{before} KiB, then {after}");
    }
    drop(held);
    assert_eq!(get(&site, "/?q=%E5%85%AC%E5%8F%B8").0, 200);
}

/// Sends 100 MB as a body, with its length or in pieces; what comes back.
fn send_much(site: &Site, in_pieces: bool) -> String {
    let framing = match in_pieces {
        true => "Transfer-Encoding: chunked",
        false => "Content-Length: 100000000",
    };
    let head = format!(
        "POST /api/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{framing}\r\nConnection: close\r\n\r\n"
    );
    let mut stream = TcpStream::connect(site.host()).unwrap();
    let patience = Some(Duration::from_secs(20));
    stream.set_read_timeout(patience).unwrap();
    stream.set_write_timeout(patience).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let mut piece = vec![b' '; 1_000_000];
    if in_pieces {
        piece.splice(0..0, *b"F4240\r\n");
        piece.extend(b"\r\n");
    }
    for _ in 0..100 {
        if stream.write_all(&piece).is_err() {
            break;
        }
    }
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn large_bodies_are_refused_and_not_kept() {
    let site = Site::open();
    assert_eq!(get(&site, "/api/search?q=%E5%85%AC%E5%8F%B8").0, 200);
    let before = peak(&site);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let site = &site;
            scope.spawn(move || {
                let answer = send_much(site, number % 2 == 0);
                // Who still writes may find the connection closed before the answer arrives.
                let is_refused = answer.starts_with("HTTP/1.1 413");
                assert!(answer.is_empty() || is_refused, "{answer}");
            });
        }
        for _ in 0..10 {
            assert_eq!(get(&site, "/api/search?q=%E5%85%AC%E5%8F%B8").0, 200);
        }
    });
    if let (Some(before), Some(after)) = (before, peak(&site)) {
        println!("8 bodies of 100 MB: {before} KiB before, {after} KiB at most");
        assert!(after < before + 64 * 1024, "{before} KiB, then {after}");
    }
    assert_eq!(get(&site, "/livez").0, 200);
}
