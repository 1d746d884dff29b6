//! A browser, and a page in it.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser of its own, ended with the test.
pub struct Chromium {
    child: Child,
    input: RefCell<ChildStdin>,
    messages: Receiver<Value>,
    /// What came that nobody has waited for.
    events: RefCell<Vec<Value>>,
    last: RefCell<u64>,
    _profile: TempDir,
}

/// A page in a browser.
pub struct Page {
    browser: Chromium,
    session: String,
}

/// The name of the program; `None`, with a word about it, where there is none.
fn program() -> Option<String> {
    let named = std::env::var("CHROMIUM").ok();
    let known = ["chromium", "chromium-browser", "google-chrome"].map(str::to_owned);
    for name in named.into_iter().chain(known) {
        let version = Command::new(&name)
            .arg("--version")
            .stderr(Stdio::null())
            .output();
        if version.is_ok_and(|version| version.status.success()) {
            return Some(name);
        }
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "no browser: install chromium, or name one in CHROMIUM"
    );
    eprintln!("skipped: no browser; install chromium, or name one in CHROMIUM");
    None
}

impl Chromium {
    /// Starts the browser, if there is one.
    fn start() -> Option<Chromium> {
        let program = program()?;
        let profile = tempfile::tempdir().unwrap();
        // The protocol goes over file descriptors 3 and 4, which the shell makes of its first two.
        let mut child = Command::new("sh")
            .arg("-c")
            .arg("exec \"$0\" \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null")
            .arg(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=1280,1000",
                "--remote-debugging-pipe",
                "--lang=zh-CN",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = mpsc::channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while output
                .read_until(0, &mut message)
                .is_ok_and(|read| read > 0)
            {
                message.pop();
                if let Ok(value) = serde_json::from_slice(&message)
                    && sender.send(value).is_err()
                {
                    return;
                }
                message.clear();
            }
        });
        Some(Chromium {
            child,
            input: RefCell::new(input),
            messages,
            events: RefCell::default(),
            last: RefCell::new(0),
            _profile: profile,
        })
    }

    /// Sends a command and waits for its answer.
    fn call(&self, session: Option<&str>, method: &str, params: Value) -> Value {
        let answer = self.try_call(session, method, params);
        answer.unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same, where the browser may refuse.
    fn try_call(
        &self,
        session: Option<&str>,
        method: &str,
        params: Value,
    ) -> Result<Value, String> {
        let id = {
            let mut last = self.last.borrow_mut();
            *last += 1;
            *last
        };
        let mut message = json!({"id": id, "method": method, "params": params});
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = serde_json::to_vec(&message).unwrap();
        bytes.push(0);
        self.input.borrow_mut().write_all(&bytes).unwrap();
        self.input.borrow_mut().flush().unwrap();
        let started = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(started.elapsed());
            let Ok(message) = self.messages.recv_timeout(left) else {
                panic!("the browser does not answer to {method}");
            };
            if message["id"] != id {
                self.events.borrow_mut().push(message);
                continue;
            }
            return match &message["error"] {
                Value::Null => Ok(message["result"].clone()),
                error => Err(format!("{method}: {error}")),
            };
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Page {
    /// A page in a browser of its own, if there is one.
    pub fn open() -> Option<Page> {
        let browser = Chromium::start()?;
        let target = browser.call(None, "Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = browser.call(None, "Target.attachToTarget", attach);
        let session = attached["sessionId"].as_str().unwrap().to_owned();
        let page = Page { browser, session };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        Some(page)
    }

    /// Sends a command to the page.
    pub fn call(&self, method: &str, params: Value) -> Value {
        self.browser.call(Some(&self.session), method, params)
    }

    /// Goes to an address and waits until all is there.
    pub fn goto(&self, address: &str) {
        self.call("Page.navigate", json!({"url": address}));
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /// What an expression is.
    pub fn eval(&self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let result = self.call("Runtime.evaluate", params);
        let failed = &result["exceptionDetails"];
        assert!(failed.is_null(), "{expression}: {failed}");
        result["result"]["value"].clone()
    }

    /// What an expression is, as text.
    pub fn text(&self, expression: &str) -> String {
        self.eval(expression)
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until an expression holds.
    pub fn wait(&self, expression: &str) {
        let started = Instant::now();
        let params = json!({"expression": expression, "returnByValue": true});
        while started.elapsed() < PATIENCE {
            // A page that is being left has no answer.
            let session = Some(self.session.as_str());
            let answer = self
                .browser
                .try_call(session, "Runtime.evaluate", params.clone());
            if answer.is_ok_and(|answer| answer["result"]["value"] == true) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!(
            "not within {PATIENCE:?}: {expression} at {}",
            self.text("location.href")
        );
    }

    /// Presses a key and lets it go; `text` is what it types.
    pub fn press(&self, key: &str, text: &str) {
        let code = match key {
            "Enter" => 13,
            "Escape" => 27,
            "ArrowDown" => 40,
            "ArrowUp" => 38,
            "Backspace" => 8,
            key => key.to_uppercase().bytes().next().map_or(0, i64::from),
        };
        let mut down =
            json!({"type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code});
        if !text.is_empty() {
            down["text"] = text.into();
        }
        self.call("Input.dispatchKeyEvent", down);
        let up = json!({"type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code});
        self.call("Input.dispatchKeyEvent", up);
    }

    /// A key that the input method takes: the page is told of one with the number 229.
    pub fn press_while_composing(&self, key: &str) {
        for kind in ["rawKeyDown", "keyUp"] {
            let event =
                json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": 229});
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// What the input method shows while a text is composed.
    pub fn compose(&self, text: &str) {
        let end = text.chars().count();
        let params = json!({"text": text, "selectionStart": end, "selectionEnd": end});
        self.call("Input.imeSetComposition", params);
    }

    /// Types a text, or commits one that is composed.
    pub fn insert(&self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// The mouse, with its left button or without.
    pub fn mouse(&self, kind: &str, x: f64, y: f64) {
        let button = if kind == "mouseMoved" { "none" } else { "left" };
        let params =
            json!({"type": kind, "x": x, "y": y, "button": button, "buttons": 1, "clickCount": 1});
        self.call("Input.dispatchMouseEvent", params);
    }

    /// Clicks what a selector finds first.
    pub fn click(&self, selector: &str) {
        let quoted = serde_json::to_string(selector).unwrap();
        self.eval(&format!("document.querySelector({quoted}).scrollIntoView({{block: 'center', behavior: 'instant'}})"));
        let place = self.eval(&format!(
            "(() => {{ const b = document.querySelector({quoted}).getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})()"
        ));
        let (x, y) = (place[0].as_f64().unwrap(), place[1].as_f64().unwrap());
        self.mouse("mousePressed", x, y);
        self.mouse("mouseReleased", x, y);
    }

    /// The requests that were sent since the last call whose addresses have this part.
    pub fn requests(&self, part: &str) -> Vec<String> {
        // Whatever is under way has arrived before this answer.
        self.eval("0");
        let events = self.browser.events.take();
        let sent = events
            .iter()
            .filter(|event| event["method"] == "Network.requestWillBeSent");
        let addresses = sent.filter_map(|event| event["params"]["request"]["url"].as_str());
        addresses
            .filter(|address| address.contains(part))
            .map(str::to_owned)
            .collect()
    }

    /// What the console says is wrong since the last call: refused scripts, failures.
    pub fn complaints(&self) -> Vec<String> {
        self.eval("0");
        let events = self.browser.events.take();
        let complaints = events.iter().filter(|event| {
            let is_error =
                event["method"] == "Log.entryAdded" && event["params"]["entry"]["level"] == "error";
            is_error || event["method"] == "Runtime.exceptionThrown"
        });
        complaints
            .map(|event| event["params"].to_string())
            .collect()
    }
}

/// Waits.
pub fn pause(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}
