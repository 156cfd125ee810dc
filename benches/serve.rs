//! Load on `stance serve` over the loopback, beside the same work through the library; writes benches/serve.md.
//!
//! `cargo bench --features serve --bench serve -- [--seconds 10] [--minutes 10]`: so many seconds for each number of
//! connections, then so many minutes of 16 connections, while the memory of the server is looked at each second. Every
//! answer is compared with the library's, byte by byte: none may be lost or wrong. Client and server share the machine.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use stance::error::Place;
use stance::model::format;
use stance::predict::Classifier;
use stance::serve::Loaded;
use stance::serve::loaded::Asked;
use stance::text::article::Article;
use stance::text::reader::FieldNames;

const ARTICLES: &str = include_str!("../data/examples/articles.jsonl");
const CONNECTIONS: [usize; 3] = [1, 16, 256];
/// Connections of the long run.
const LONG: usize = 16;
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches");

/// How long each answer took, in order of length.
struct Times(Vec<Duration>, Duration);

impl Times {
    fn of(parts: Vec<Vec<Duration>>, wall: Duration) -> Times {
        let mut all = parts.concat();
        all.sort();
        Times(all, wall)
    }

    /// Milliseconds that this share of the answers took at most.
    fn quantile(&self, share: f64) -> f64 {
        let at = (share * (self.0.len() - 1) as f64).round() as usize;
        self.0[at].as_secs_f64() * 1e3
    }

    fn row(&self, what: &str) -> String {
        let rate = self.0.len() as f64 / self.1.as_secs_f64();
        let (half, most, last) = (self.quantile(0.5), self.quantile(0.99), self.quantile(1.0));
        format!("| {what} | {} | {rate:.0} | {half:.2} | {most:.2} | {last:.1} |\n", self.0.len())
    }
}

/// Has each of so many threads do `work` over and over for a time; the work gets the number of its turn.
fn timed<W: FnMut(usize)>(threads: usize, time: Duration, worker: impl Fn() -> W + Sync) -> Times {
    let start = Instant::now();
    let run = || {
        let (mut work, mut times) = (worker(), Vec::new());
        while start.elapsed() < time {
            let begin = Instant::now();
            work(times.len());
            times.push(begin.elapsed());
        }
        times
    };
    let parts = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no answer is lost or wrong")).collect()
    });
    Times::of(parts, start.elapsed())
}

/// What one article takes without a server: from JSON to JSON.
fn through_the_library(loaded: &Loaded, json: &str) -> Vec<u8> {
    let article = Article::from_json_line(json, &Place::file("request"), &FieldNames::default()).expect("an article");
    loaded.line(&article, Asked::default())
}

/// The program, ended when it is dropped.
struct Server(Child, String);

impl Server {
    fn start() -> Server {
        let args = ["serve", "--listen", "127.0.0.1:0", "--max-requests", "300"];
        let mut child =
            Command::new(env!("CARGO_BIN_EXE_stance")).args(args).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stderr.take().expect("piped")).read_line(&mut line).expect("text");
        let host = line.trim().trim_start_matches("listening on http://").trim_end_matches('/').to_string();
        Server(child, host)
    }

    /// Memory that it has now, in megabytes.
    fn memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).expect("Linux tells");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it is there");
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") * 1024.0 / 1e6
    }

    /// A connection that sends the articles in turn and compares the answers.
    fn client<'a>(&self, expected: &'a [(String, Vec<u8>)]) -> impl FnMut(usize) + use<'a> {
        let stream = TcpStream::connect(&self.1).expect("it listens");
        stream.set_nodelay(true).expect("a setting");
        let (mut out, mut answers) = (stream.try_clone().expect("a copy"), BufReader::new(stream));
        let host = self.1.clone();
        move |turn| {
            let (json, answer) = &expected[turn % expected.len()];
            let head = "POST /v1/predict HTTP/1.1\r\nContent-Type: application/json";
            let request = format!("{head}\r\nHost: {host}\r\nContent-Length: {}\r\n\r\n{json}", json.len());
            out.write_all(request.as_bytes()).expect("sent");
            assert_eq!(&read(&mut answers), answer);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The body of an answer, which must be a success.
fn read(answers: &mut BufReader<TcpStream>) -> Vec<u8> {
    let (mut length, mut line) = (0, String::new());
    answers.read_line(&mut line).expect("an answer");
    assert!(line.starts_with("HTTP/1.1 200 "), "{line}");
    while line != "\r\n" {
        line.clear();
        answers.read_line(&mut line).expect("a header");
        if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
            length = value.trim().parse().expect("a number");
        }
    }
    let mut body = vec![0; length];
    answers.read_exact(&mut body).expect("the whole body");
    body
}

/// Memory of the server at the end of each tenth of a long run, and the answers given.
fn long_run(server: &Server, expected: &[(String, Vec<u8>)], time: Duration) -> (Vec<f64>, Times) {
    std::thread::scope(|scope| {
        let load = scope.spawn(|| timed(LONG, time, || server.client(expected)));
        let memory = (0..10).map(|_| {
            std::thread::sleep(time / 10);
            server.memory()
        });
        (memory.collect(), load.join().expect("no answer is lost or wrong"))
    })
}

fn option(name: &str, default: f64) -> f64 {
    let mut args = std::env::args().skip_while(|arg| arg != name).skip(1);
    args.next().map_or(default, |value| value.parse().expect("a number"))
}

fn first_line(path: &str, start: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(start)).unwrap_or("unknown");
    line.trim_matches([' ', '\t', ':']).to_string()
}

fn head(cores: usize, seconds: f64) -> String {
    let cpu = first_line("/proc/cpuinfo", "model name");
    let load = first_line("/proc/loadavg", "");
    let load = load.split(' ').next().unwrap_or_default();
    format!(
        "# The server under load\n\nWritten by `cargo bench --features serve --bench serve`; do not edit. On {cpu} with {cores} \
         cores, load\nbefore {load}; {seconds} s for each row. Client and server share the machine, over the loopback. Each \
         request is an\narticle of {} bytes on average, as JSON; each answer was compared with the library's, byte by \
         byte.\n\n| | answers | per second | p50 ms | p99 ms | longest ms |\n|---|--:|--:|--:|--:|--:|\n",
        ARTICLES.len() / ARTICLES.lines().count()
    )
}

fn main() {
    let (seconds, minutes) = (option("--seconds", 10.0), option("--minutes", 10.0));
    let time = Duration::from_secs_f64(seconds);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let bytes = include_bytes!("../models/military-intervention.safetensors");
    let model = format::from_bytes(bytes, "bundled").expect("it is tested");
    let loaded = Loaded::new("bundled", Classifier::new(Arc::new(model)));
    let expected: Vec<(String, Vec<u8>)> =
        ARTICLES.lines().map(|json| (json.to_string(), through_the_library(&loaded, json))).collect();
    let mut page = head(cores, seconds);
    for threads in [1, cores] {
        let worker = || |turn: usize| drop(through_the_library(&loaded, &expected[turn % expected.len()].0));
        page += &timed(threads, time, worker).row(&format!("library, {threads} threads"));
    }
    let server = Server::start();
    for connections in CONNECTIONS {
        let times = timed(connections, time, || server.client(&expected));
        page += &times.row(&format!("server, {connections} connections"));
    }
    let (memory, times) = long_run(&server, &expected, Duration::from_secs_f64(minutes * 60.0));
    page += &times.row(&format!("server, {LONG} connections, {minutes} min"));
    let shown = memory.iter().map(|mb| format!("{mb:.1}")).collect::<Vec<_>>().join(", ");
    let _ = writeln!(page, "\nMemory of the server at each tenth of these {minutes} minutes, in MB: {shown}.");
    fs::write(format!("{FOLDER}/serve.md"), &page).expect("it can be written");
    print!("{page}");
    let (first, last) = (memory[1], memory[9]);
    assert!(last < first * 1.1 + 2.0, "memory grew from {first} to {last} MB");
}
