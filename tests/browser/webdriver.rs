//! The part of the WebDriver protocol that the tests need (W3C, https://www.w3.org/TR/webdriver2/), spoken to chromedriver.
//!
//! By hand, over the standard library: the crates that do it bring some fifty others, one of them a feature of
//! `serde_json` that would make the tested program order its JSON otherwise than the one that users build.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// Longer than anything that the browser is asked for.
const TIMEOUT: Duration = Duration::from_secs(120);
/// The name of the field that holds an element's reference, by the standard.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A session with a chromedriver of its own.
pub struct WebDriver {
    child: Child,
    port: u16,
    session: String,
}

impl WebDriver {
    /// Starts both programs.
    pub fn start(chromedriver: &Path, capabilities: Value) -> WebDriver {
        let mut child = Command::new(chromedriver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
        let port =
            lines.find_map(|line| line.split("successfully on port ").nth(1)?.trim_end_matches('.').parse().ok());
        // What it says further must go somewhere.
        std::thread::spawn(move || lines.for_each(drop));
        let mut driver = WebDriver { child, port: port.expect("chromedriver says its port"), session: String::new() };
        let body = json!({"capabilities": {"alwaysMatch": capabilities}});
        let session = driver.ask("POST", "/session", &body).expect("chromedriver starts chromium");
        driver.session = session["sessionId"].as_str().expect("a session").to_string();
        driver
    }

    /// A command of the session; its value.
    pub fn tell(&self, command: &str, body: &Value) -> Result<Value, String> {
        self.ask("POST", &format!("/session/{}/{command}", self.session), body)
    }

    /// What a script returns.
    pub fn execute(&self, kind: &str, script: &str) -> Result<Value, String> {
        self.tell(&format!("execute/{kind}"), &json!({"script": script, "args": []}))
    }

    /// Presses and releases a key, wherever the focus is.
    pub fn press(&self, key: char) -> Result<Value, String> {
        let actions = ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key}));
        self.tell("actions", &json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}))
    }

    /// Clicks an element that a script returned, as a mouse does.
    pub fn click(&self, element: &Value) -> Result<Value, String> {
        let element = element[ELEMENT].as_str().ok_or("no element")?;
        self.tell(&format!("element/{element}/click"), &json!({}))
    }

    /// Types text into the first element of a selector, or gives a file to it.
    pub fn type_into(&self, selector: &str, text: &str) -> Result<Value, String> {
        let element = self.tell("element", &json!({"using": "css selector", "value": selector}))?;
        let element = element[ELEMENT].as_str().ok_or("no element")?;
        self.tell(&format!("element/{element}/value"), &json!({"text": text}))
    }

    /// What is seen, as PNG in base 64.
    pub fn screenshot(&self) -> Result<Value, String> {
        self.ask("GET", &format!("/session/{}/screenshot", self.session), &Value::Null)
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let (status, answer) = self.send(method, path, body).map_err(|e| format!("chromedriver: {e}"))?;
        let answer: Value = serde_json::from_str(&answer).map_err(|e| format!("{e}: {answer}"))?;
        let value = &answer["value"];
        if status == 200 { Ok(value.clone()) } else { Err(format!("{}: {}", value["error"], value["message"])) }
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> std::io::Result<(u16, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n", self.port);
        let length = format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all([head, length, body].concat().as_bytes())?;
        let mut reader = BufReader::new(stream);
        let (mut line, mut status, mut length) = (String::new(), 0, 0);
        while reader.read_line(&mut line)? > 2 {
            let lower = line.trim().to_ascii_lowercase();
            if let Some(rest) = lower.strip_prefix("http/1.1 ") {
                status = rest.split(' ').next().and_then(|s| s.parse().ok()).unwrap_or_default();
            } else if let Some(rest) = lower.strip_prefix("content-length:") {
                length = rest.trim().parse().unwrap_or_default();
            }
            line.clear();
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer)?;
        Ok((status, String::from_utf8_lossy(&answer).into_owned()))
    }
}

impl Drop for WebDriver {
    fn drop(&mut self) {
        let _ = self.ask("DELETE", &format!("/session/{}", self.session), &Value::Null);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
