//! Clients that are slow, many, or not what they seem.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::site::Site;
use super::wire::{exchange, get};

#[test]
fn idle_and_slow_connections_keep_nobody_from_an_answer() {
    let site = Site::open();
    let mut idle = Vec::new();
    for number in 0..400 {
        let mut stream = TcpStream::connect(site.host()).unwrap();
        if number % 2 == 0 {
            stream.write_all(b"GET /api/search?q=").unwrap();
        }
        idle.push(stream);
    }
    let mut slow = TcpStream::connect(site.host()).unwrap();
    slow.write_all(b"POST /api/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{").unwrap();
    let started = Instant::now();
    for _ in 0..20 {
        assert_eq!(get(&site, "/api/search?q=%E5%85%AC%E5%8F%B8").0, 200);
    }
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn requests_that_two_servers_would_read_differently_are_refused() {
    let site = Site::open();
    for head in [
        "POST /api/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5\r\nContent-Length: 6\r\nConnection: close\r\n\r\n{}   ",
        "GET /api/stats HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        "GET /api/stats HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET /api/stats HTTP/1.1\r\n Host: localhost\r\nConnection: close\r\n\r\n",
        "GET /api/stats HTTP/1.1\r\nHost : localhost\r\nConnection: close\r\n\r\n",
        "GET /api/stats\u{0} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "nonsense\r\n\r\n",
    ] {
        let answer = exchange(&site, head.as_bytes());
        let status = answer.split(' ').nth(1).unwrap_or("closed");
        assert!(
            matches!(status, "400" | "421" | "closed"),
            "{head}\n{answer}"
        );
    }
    // Both a length and pieces: one request, and nothing of it is taken for a second.
    let both = "POST /api/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let answer = exchange(&site, both.as_bytes());
    assert!(!answer.contains("newsearch_requests_total"), "{answer}");
    for framing in [
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity\r\nContent-Length: 4",
        "Transfer-Encoding:\u{b}chunked",
        "Content-Length: +4\r\nTransfer-Encoding: chunked",
        "Content-Length: 4, 4",
        "Content-Length: -1",
        "Content-Length: 4\nTransfer-Encoding: chunked",
        "Content-Length: 99999999999999999999",
        "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0x4\r\n",
        "X: a\r\n\tTransfer-Encoding: chunked\r\nContent-Length: 4",
    ] {
        let request = format!(
            "POST /api/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{framing}\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
        );
        let answer = exchange_briefly(&site, request.as_bytes());
        assert!(
            !answer.contains("newsearch_requests_total"),
            "{framing}\n{answer}"
        );
        let status = answer.split(' ').nth(1).unwrap_or("closed");
        assert!(!status.starts_with(['2', '5']), "{framing}\n{answer}");
    }
    let long = format!(
        "GET /api/stats HTTP/1.1\r\nHost: localhost\r\nX-Long: {}\r\n\r\n",
        "x".repeat(200_000)
    );
    let answer = exchange(&site, long.as_bytes());
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
    assert_eq!(get(&site, "/livez").0, 200);
}

/// Sends bytes over a connection that stays open, and reads what comes back within a moment.
fn exchange_briefly(site: &Site, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(site.host()).unwrap();
    let moment = Some(Duration::from_millis(500));
    stream.set_read_timeout(moment).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn an_export_that_nobody_reads_keeps_nobody_waiting() {
    let site = Site::open();
    let mut readers = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(site.host()).unwrap();
        stream
            .write_all(b"GET /api/export HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
        readers.push(stream);
    }
    for _ in 0..10 {
        assert_eq!(get(&site, "/api/search?q=%E5%85%AC%E5%8F%B8").0, 200);
    }
}
