//! `stance serve` run on a port of its own, and a client that sends exactly the bytes it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// No test waits longer for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that runs until it is dropped.
pub struct Served {
    pub child: Child,
    /// The address that it printed.
    pub url: String,
    /// Host and port.
    pub host: String,
    /// Where it can be reached, also if it listens on every address.
    address: String,
    stderr: BufReader<std::process::ChildStderr>,
}

impl Served {
    /// `stance serve` with further arguments, on a free port of the loopback unless they say otherwise.
    pub fn start(args: &[&str]) -> Served {
        let listen: &[&str] = if args.contains(&"--listen") { &[] } else { &["--listen", "127.0.0.1:0"] };
        let program = super::command();
        let mut child = Command::new(program.get_program())
            .arg("serve")
            .args(listen)
            .args(args)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
        let mut line = String::new();
        stderr.read_line(&mut line).expect("text");
        let url = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_string();
        let host = url.split('/').nth(2).expect("host and port").to_string();
        let port = host.rsplit(':').next().expect("a port");
        Served { address: format!("127.0.0.1:{port}"), child, url, host, stderr }
    }

    /// A connection.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream.set_write_timeout(Some(PATIENCE)).expect("a time-out");
        stream
    }

    /// The bytes of a request; Host and Connection are added unless the headers have a Host.
    pub fn request(&self, line: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
        let mut head = format!("{line} HTTP/1.1\r\nConnection: close\r\n");
        if headers.iter().all(|(name, _)| *name != "Host") {
            head += &format!("Host: {}\r\n", self.host);
        }
        headers.iter().for_each(|(name, value)| head += &format!("{name}: {value}\r\n"));
        if !line.starts_with("GET") && headers.iter().all(|(name, _)| *name != "Transfer-Encoding") {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        [head.as_bytes(), b"\r\n", body].concat()
    }

    /// Sends a request and reads the answer.
    pub fn ask(&self, line: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut stream = self.connect();
        // A server that refuses a body may answer before it has it all.
        let _ = stream.write_all(&self.request(line, headers, body));
        Reply::read(&mut stream)
    }

    /// GET.
    pub fn get(&self, path: &str) -> Reply {
        self.ask(&format!("GET {path}"), &[], b"")
    }

    /// POST of JSON.
    pub fn post(&self, path: &str, body: impl AsRef<[u8]>) -> Reply {
        self.ask(&format!("POST {path}"), &[("Content-Type", "application/json")], body.as_ref())
    }

    /// POST of lines of JSON.
    pub fn post_lines(&self, path: &str, body: impl AsRef<[u8]>) -> Reply {
        self.ask(&format!("POST {path}"), &[("Content-Type", "application/x-ndjson")], body.as_ref())
    }

    /// Tells the program to end.
    #[cfg(unix)]
    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
    }

    /// Waits for the end; the exit code and what was printed since the address.
    pub fn wait(mut self, patience: Duration) -> (Option<i32>, String) {
        let start = Instant::now();
        while start.elapsed() < patience {
            if let Some(status) = self.child.try_wait().expect("a child") {
                let mut printed = String::new();
                self.stderr.read_to_string(&mut printed).expect("text");
                return (status.code(), printed);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server still runs after {patience:?}");
    }

    /// The most memory that the program has had, in bytes, where the system tells.
    #[cfg(target_os = "linux")]
    pub fn peak_memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") * 1024
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// Reads an answer up to the end of the connection.
    pub fn read(stream: &mut impl Read) -> Reply {
        let mut bytes = Vec::new();
        // A connection that is reset after an answer has brought that answer.
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or_else(|| {
            panic!("no answer: {:?}", String::from_utf8_lossy(&bytes));
        });
        let head = std::str::from_utf8(&bytes[..end]).expect("headers are ASCII");
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok()).expect("a status");
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_string()));
        let headers: Vec<(String, String)> = lines.filter_map(header).collect();
        let mut reply = Reply { status, headers, body: bytes[end + 4..].to_vec() };
        if reply.header("transfer-encoding") == Some("chunked") {
            reply.body = unchunked(&reply.body);
        }
        reply
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("UTF-8")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// The JSON objects on its lines.
    pub fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
    }

    /// Asserts a status, that it is told as a problem, and that its detail has this part.
    pub fn assert_problem(&self, status: u16, part: &str) {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!(problem["status"], status);
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.contains(part), "{part:?} is not in {detail:?}");
        assert!(!problem["help"].as_str().expect("help").is_empty());
    }
}

/// The content of a body that came in chunks.
fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    while let Some(end) = bytes.windows(2).position(|w| w == b"\r\n") {
        let size = std::str::from_utf8(&bytes[..end]).ok().and_then(|s| usize::from_str_radix(s, 16).ok());
        let Some(size) = size.filter(|size| *size > 0 && bytes.len() >= end + 2 + size) else { break };
        content.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = bytes.get(end + 4 + size..).unwrap_or_default();
    }
    content
}
