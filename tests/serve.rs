//! `stance serve` from outside: what it answers, and what it does not let happen.
#![cfg(feature = "serve")]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stance::serve::problem::Problem;
use stance::serve::schema::{ArticleRead, ErrorLine, Health, ModelReport, Report};

use common::server::{Reply, Served};
use common::{Folder, at, stance};

const ARTICLES: &str = "data/examples/articles.jsonl";
const SENTENCE: &str = "Germany rejects military intervention in Venezuela.";

fn articles() -> String {
    std::fs::read_to_string(at(ARTICLES)).expect("the file is there")
}

/// A line with an article.
fn line(id: &str, text: &str) -> String {
    json!({ "id": id, "text": text }).to_string() + "\n"
}

#[test]
fn answers_are_those_of_the_command_line() {
    let served = Served::start(&[]);
    for (query, option) in [("", None), ("?explain=true", Some("--explain"))] {
        let args = ["predict", "--format", "jsonl"].into_iter().chain(option);
        let expected = stance(args.map(String::from).chain([at(ARTICLES)])).ok().out;
        let path = format!("/v1/predict{query}");
        let all = served.post_lines(&path, articles());
        assert_eq!((all.status, all.header("content-type")), (200, Some("application/x-ndjson")));
        assert_eq!(all.text(), expected);
        for (article, expected) in articles().lines().zip(expected.lines()) {
            let one = served.post(&path, article);
            assert_eq!((one.status, one.header("content-type")), (200, Some("application/json")));
            assert_eq!(one.text().trim_end(), expected);
            if option.is_some() {
                assert_eq!(served.post("/v1/explain", article).body, one.body);
            }
        }
    }
}

#[test]
fn plain_text_is_an_article_and_unsure_stances_can_be_withheld() {
    let served = Served::start(&[]);
    let text = [("Content-Type", "text/plain; charset=utf-8"), ("X-Stance", "1")];
    let reply = served.ask("POST /v1/predict", &text, SENTENCE.as_bytes());
    assert_eq!(reply.json()["actors"][0]["stance"], "opposes");
    assert_eq!(reply.json()["id"], "request");
    let unsure = served.ask("POST /v1/predict?min_confidence=1", &text, SENTENCE.as_bytes());
    assert_eq!(unsure.json()["actors"][0]["stance"], Value::Null);
}

#[test]
fn answers_have_the_shapes_that_the_document_says() {
    let served = Served::start(&[]);
    let read = |reply: Reply| -> Vec<u8> {
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.body
    };
    let health: Health = serde_json::from_slice(&read(served.get("/healthz"))).expect("a Health");
    assert_eq!(health.status, "ok");
    let model: ModelReport = serde_json::from_slice(&read(served.get("/v1/model"))).expect("a ModelReport");
    assert_eq!((model.labels.len(), model.neutral.as_deref(), model.store), (3, Some("neutral"), false));
    for path in ["/v1/predict", "/v1/explain"] {
        let report: Report = serde_json::from_slice(&read(served.post(path, articles().lines().next().expect("one"))))
            .unwrap_or_else(|e| panic!("{path}: {e}"));
        assert_eq!(report.actors[0].evidence[0].contributions.is_some(), path == "/v1/explain");
    }
    let file = served.ask("POST /v1/articles?name=a.jsonl", &[("X-Stance", "1")], b"{\"text\": \"One.\"}\n{}\n");
    let lines = String::from_utf8(read(file)).expect("UTF-8");
    let (good, bad) = lines.trim_end().split_once('\n').expect("two lines");
    let article: ArticleRead = serde_json::from_str(good).expect("an ArticleRead");
    assert_eq!((article.id.as_str(), article.text.as_str()), ("a.jsonl:1", "One."));
    let error: ErrorLine = serde_json::from_str(bad).expect("an ErrorLine");
    assert!(error.error.detail.starts_with("a.jsonl:2: no field \"text\""), "{:?}", error.error);
    let problem: Problem = serde_json::from_slice(&served.get("/nothing").body).expect("a Problem");
    assert_eq!((problem.status, problem.kind.as_str()), (404, "/problems/not-found"));
}

#[test]
fn every_path_of_the_document_is_answered() {
    let served = Served::start(&[]);
    let document = served.get("/v1/openapi.json").json();
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() >= 8, "{paths:?}");
    for (path, operations) in paths {
        for method in operations.as_object().expect("operations").keys() {
            let line = format!("{} {}", method.to_uppercase(), path.replace("{name}", "index.html"));
            let status = served.ask(&line, &[("X-Stance", "1")], b"").status;
            assert!(![404, 405, 500].contains(&status), "{line}: {status}");
        }
    }
}

#[test]
fn files_become_articles_whose_answers_are_those_of_the_file() {
    let served = Served::start(&[]);
    let csv =
        b"id,title,date,text\n7,Talks fail,2019-05-05,Germany rejects an intervention.\n8,,,\n9,,,The envoys left.\n";
    let reply = served.ask("POST /v1/articles?name=a.csv", &[("Content-Type", "text/csv")], csv);
    let lines = reply.lines();
    assert_eq!(lines.len(), 3, "{lines:?}");
    let expected = json!({ "id": "7", "title": "Talks fail", "date": "2019-05-05", "outlet": null,
        "text": "Germany rejects an intervention." });
    assert_eq!(lines[0], expected);
    assert!(lines[1]["error"]["detail"].as_str().expect("a detail").starts_with("a.csv:3: there is no text in it"));
    assert_eq!(lines[2]["id"], "9");
    for name in ["caracas.txt", "sahel.txt", "articles.jsonl"] {
        let path = at(&format!("data/examples/{name}"));
        let bytes = std::fs::read(&path).expect("the file is there");
        let line = format!("POST /v1/articles?name=some/folder/{name}");
        let articles = served.ask(&line, &[("X-Stance", "1")], &bytes);
        let expected = stance(["predict", "--format", "jsonl", &path]).ok().out;
        assert_eq!(served.post_lines("/v1/predict", articles.body).text(), expected, "{name}");
    }
    for bad in [&b"%PDF-1.7"[..], b"\x1f\x8b\x08broken", b""] {
        let lines = served.ask("POST /v1/articles?name=a", &[("X-Stance", "1")], bad).lines();
        assert_eq!((lines.len(), &lines[0]["error"]["status"]), (1, &json!(400)), "{lines:?}");
        assert!(!lines[0].to_string().contains("--"), "options stand in no request: {lines:?}");
    }
}

#[test]
fn every_answer_tells_the_browser_what_it_may_do() {
    let served = Served::start(&["--max-body", "100"]);
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                  connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
    let json = ("Content-Type", "application/json");
    for (status, reply) in [
        (200, served.get("/")),
        (200, served.get("/healthz")),
        (200, served.post("/v1/predict", line("a", SENTENCE))),
        (200, served.post_lines("/v1/predict", line("a", SENTENCE))),
        (400, served.post("/v1/predict", "{")),
        (400, served.get("/assets/%ff")),
        (403, served.ask("POST /v1/predict", &[], b"")),
        (404, served.get("/assets/../../Cargo.toml")),
        (404, served.get("/assets/..%2f..%2fCargo.toml")),
        (405, served.get("/v1/predict")),
        (413, served.post("/v1/predict", [b' '; 101])),
        (415, served.ask("POST /v1/predict", &[("X-Stance", "1")], b"")),
        (421, served.ask("GET /", &[("Host", "evil.example")], b"")),
        (403, served.ask("GET /", &[("Origin", "http://evil.example"), json], b"")),
    ] {
        assert_eq!(reply.status, status, "{}", reply.text());
        for (name, value) in [
            ("content-security-policy", policy),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{status}: {name}");
        }
        assert_eq!(reply.header("access-control-allow-origin"), None);
        if status >= 400 {
            reply.assert_problem(status, "");
        }
    }
}

#[test]
fn other_hosts_and_origins_are_refused() {
    let served = Served::start(&["--allow-host", "news.example.org"]);
    let port = served.host.rsplit(':').next().expect("a port").to_string();
    let host = |host: &str| served.ask("GET /v1/model", &[("Host", host)], b"");
    for good in [&served.host, &format!("localhost:{port}"), &format!("[::1]:{port}"), "news.example.org"] {
        assert_eq!(host(good).status, 200, "{good}");
    }
    for bad in ["evil.example", &format!("evil.example:{port}"), "127.0.0.1:1", "localhost", ""] {
        host(bad).assert_problem(421, "Host is");
    }
    let two = served.ask("GET /v1/model", &[("Host", &served.host), ("Host", "evil.example")], b"");
    assert!(matches!(two.status, 400 | 421), "{}", two.status);
    let origin = |origin: &str| served.ask("GET /v1/model", &[("Origin", origin)], b"");
    assert_eq!(origin(&format!("http://{}", served.host)).status, 200);
    for bad in ["null", "http://evil.example", &format!("http://localhost:{port}"), "http://127.0.0.1", &served.host] {
        origin(bad).assert_problem(403, "Origin is");
    }
}

#[test]
fn a_token_is_demanded_where_there_is_one() {
    let folder = Folder::new();
    let file = folder.write("token", "a-secret-of-24-characters\n");
    let served = Served::start(&["--token-file", &file]);
    assert!(!served.url.contains("secret"), "{}", served.url);
    assert_eq!(served.get("/healthz").status, 200);
    for path in ["/", "/v1/model", "/v1/openapi.json", "/?token=wrong", "/?token=", "/nothing"] {
        let refused = served.get(path);
        refused.assert_problem(401, "token");
        assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
        assert_eq!(refused.header("set-cookie"), None);
    }
    let with = |header: (&str, &str)| served.ask("GET /v1/model", &[header], b"").status;
    assert_eq!(with(("Authorization", "Bearer a-secret-of-24-characters")), 200);
    assert_eq!(with(("Authorization", "Bearer a-secret-of-24-character")), 401);
    assert_eq!(with(("Authorization", "Basic a-secret-of-24-characters")), 401);
    assert_eq!(with(("Cookie", "other=1; stance-token=a-secret-of-24-characters")), 200);
    assert_eq!(with(("Cookie", "stance-token=wrong")), 401);
    let welcome = served.get("/?token=a-secret-of-24-characters");
    assert_eq!((welcome.status, welcome.header("location")), (303, Some("/")));
    let cookie = welcome.header("set-cookie").expect("a cookie");
    assert_eq!(cookie, "stance-token=a-secret-of-24-characters; Path=/; HttpOnly; SameSite=Strict");
}

#[test]
fn where_others_can_reach_it_a_token_is_made_up() {
    let served = Served::start(&["--listen", "0.0.0.0:0"]);
    let token = served.url.split("/?token=").nth(1).expect("a token in the address").to_string();
    assert!(token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()), "{token}");
    let port = served.host.rsplit(':').next().expect("a port");
    let host = format!("127.0.0.1:{port}");
    served.ask("GET /v1/model", &[("Host", &host)], b"").assert_problem(401, "no token was sent");
    let bearer = format!("Bearer {token}");
    assert_eq!(served.ask("GET /v1/model", &[("Host", &host), ("Authorization", &bearer)], b"").status, 200);
    let evil = format!("evil.example:{port}");
    served.ask("GET /v1/model", &[("Host", &evil), ("Authorization", &bearer)], b"").assert_problem(421, "evil");
    let folder = Folder::new();
    let short = folder.write("token", "short");
    stance(["serve", "--listen", "0.0.0.0:0", "--token-file", &short]).assert_error(&["token-file", "16 or more"]);
    let taken = Served::start(&[]);
    stance(["serve", "--listen", &taken.host]).assert_error(&[
        &taken.host,
        "another program listens there",
        "--listen",
    ]);
}

#[test]
fn what_a_form_can_send_is_refused() {
    let served = Served::start(&[]);
    for media_type in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"] {
        for path in ["/v1/predict", "/v1/articles?name=a.txt", "/v1/explain", "/nothing"] {
            let reply = served.ask(&format!("POST {path}"), &[("Content-Type", media_type)], SENTENCE.as_bytes());
            reply.assert_problem(403, "Content-Type");
        }
    }
}

#[test]
fn too_much_is_refused_whole_in_chunks_and_as_a_line() {
    let served = Served::start(&["--max-body", "1kB"]);
    let fits = json!({ "text": "x".repeat(900) }).to_string();
    assert_eq!(served.post("/v1/predict", &fits).status, 200);
    served.post("/v1/predict", vec![b'x'; 5_000_000]).assert_problem(413, "more than 1000 bytes");
    let headers = [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")];
    let chunks = format!("258\r\n{}\r\n", "x".repeat(600)).repeat(2) + "0\r\n\r\n";
    served.ask("POST /v1/predict", &headers, chunks.as_bytes()).assert_problem(413, "more than 1000 bytes");
    for path in ["/v1/explain", "/v1/predict?explain=true"] {
        served.post(path, &fits).assert_problem(413, "what is to be explained has more than 50 bytes");
    }
    let lines = [line("a", SENTENCE), line("b", &"x".repeat(2000)), line("c", SENTENCE)].concat();
    let answers = served.post_lines("/v1/predict", lines).lines();
    assert_eq!((answers.len(), &answers[0]["id"], &answers[1]["error"]["status"]), (2, &json!("a"), &json!(413)));
    let many = served.post_lines("/v1/predict", line("a", SENTENCE).repeat(200));
    assert_eq!(many.lines().len(), 200, "only a line is limited, not all of them");
    let zeros = [&b"\x1f\x8b\x08\0\0\0\0\0\0\x03"[..], &[0; 20]].concat();
    let answer = served.ask("POST /v1/articles?name=a.gz", &[("X-Stance", "1")], &zeros).lines();
    assert_eq!(answer[0]["error"]["status"], 400);
}

#[test]
fn malformed_input_is_a_problem_and_nothing_more() {
    let served = Served::start(&[]);
    let deep = "[".repeat(200_000);
    let deep_object = "{\"a\":".repeat(100_000);
    for (body, part) in [
        (&b""[..], "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{\"text\": 7}", "field \"text\" is 7"),
        (b"{\"text\": \"\"}", "no text"),
        (b"{\"text\": \"\\ud800\"}", "not JSON"),
        (b"{\"text\": \"\xff\"}", "not UTF-8"),
        (b"{\"text\": \"a\", \"title\": {}}", "field \"title\""),
        (deep.as_bytes(), "not JSON"),
        (deep_object.as_bytes(), "not JSON"),
    ] {
        served.post("/v1/predict", body).assert_problem(400, part);
    }
    for (query, part) in
        [("explain=maybe", "explain"), ("min_confidence=2", "min_confidence = 2"), ("x=1", "unknown field")]
    {
        served.post(&format!("/v1/predict?{query}"), line("a", SENTENCE)).assert_problem(400, part);
    }
    served.post("/v1/predict?min_confidence=NaN", line("a", SENTENCE)).assert_problem(400, "NaN");
    let answers = served.post_lines("/v1/predict", "{\n\n[1]\n{\"id\": \"c\", \"text\": \"The end.\"}");
    let details: Vec<Value> = answers.lines().iter().map(|answer| answer["error"]["detail"].clone()).collect();
    assert!(details[0].as_str().expect("a detail").starts_with("request:1: not JSON"), "{details:?}");
    assert!(details[1].as_str().expect("a detail").starts_with("request:3: not a JSON object"), "{details:?}");
    assert_eq!(answers.lines()[2]["id"], "c");
    let mut stream = served.connect();
    stream.write_all(b"\x16\x03\x01 this is no HTTP\r\n\r\n").expect("sent");
    assert_eq!(Reply::read(&mut stream).status, 400);
    assert_eq!(served.get("/healthz").status, 200);
}

#[test]
fn markup_in_any_field_stays_text() {
    let served = Served::start(&[]);
    let script = "<script>alert(1)</script>";
    let text = format!("{script} Germany rejects military intervention in Venezuela. {script}");
    let sent = json!({ "id": script, "title": script, "date": script, "outlet": script, "text": text });
    for path in ["/v1/predict", "/v1/explain"] {
        let reply = served.post(path, sent.to_string());
        assert_eq!(reply.header("content-type"), Some("application/json"));
        let report = reply.json();
        for field in ["id", "title", "date", "outlet"] {
            assert_eq!(report[field], script);
        }
        let evidence = &report["actors"][0]["evidence"][0];
        let (start, end) = (evidence["start"].as_u64().expect("a number"), evidence["end"].as_u64().expect("a number"));
        assert_eq!(evidence["text"].as_str(), text.get(start as usize..end as usize));
    }
    for path in ["/%3Cscript%3E", "/v1/predict?explain=%3Cscript%3E", "/assets/%3Cscript%3E"] {
        let reply = served.post(path, sent.to_string());
        assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{path}");
    }
    let reply = served.ask("POST /v1/articles?name=%3Cscript%3E.txt", &[("X-Stance", "1")], text.as_bytes());
    assert_eq!(
        (reply.header("content-type"), &reply.lines()[0]["id"]),
        (Some("application/x-ndjson"), &json!("<script>.txt"))
    );
}

/// The head of a request whose body comes in chunks, as long as the test likes.
fn chunked_head(served: &Served, path: &str) -> Vec<u8> {
    let headers = [("Content-Type", "application/x-ndjson"), ("Transfer-Encoding", "chunked")];
    served.request(&format!("POST {path}"), &headers, b"")
}

fn chunk(content: &str) -> String {
    format!("{:x}\r\n{content}\r\n", content.len())
}

#[test]
fn a_stream_answers_each_line_as_it_comes() {
    let served = Served::start(&[]);
    let mut stream = served.connect();
    stream.write_all(&chunked_head(&served, "/v1/predict")).expect("sent");
    let mut answers = BufReader::new(stream.try_clone().expect("a copy"));
    for id in 0..20 {
        stream.write_all(chunk(&line(&id.to_string(), SENTENCE)).as_bytes()).expect("sent");
        // Nothing more is sent before this line's answer is there.
        let answer = loop {
            let mut line = String::new();
            assert!(answers.read_line(&mut line).expect("an answer in time") > 0);
            if line.starts_with('{') {
                break line;
            }
        };
        assert!(answer.starts_with(&format!("{{\"id\":\"{id}\",")), "{id}: {answer}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_long_stream_is_in_order_and_takes_little_memory() {
    const LINES: usize = 4000;
    let served = Served::start(&[]);
    // Long and short ones, so that answers would overtake each other if they could.
    let text = |i: usize| if i.is_multiple_of(7) { SENTENCE.repeat(200) } else { "The envoys left. ".repeat(500) };
    let mut stream = served.connect();
    let mut answers = stream.try_clone().expect("a copy");
    stream.write_all(&chunked_head(&served, "/v1/predict")).expect("sent");
    let writer = std::thread::spawn(move || {
        let mut bytes = 0;
        for i in 0..LINES {
            let chunk = chunk(&line(&i.to_string(), &text(i)));
            bytes += chunk.len();
            stream.write_all(chunk.as_bytes()).expect("sent");
        }
        stream.write_all(b"0\r\n\r\n").expect("sent");
        bytes
    });
    let before = served.peak_memory();
    let reply = Reply::read(&mut answers);
    let sent = writer.join().expect("all was sent");
    let ids: Vec<String> = reply.lines().iter().map(|l| l["id"].as_str().expect("an id").to_string()).collect();
    assert_eq!(ids, (0..LINES).map(|i| i.to_string()).collect::<Vec<_>>());
    let grown = served.peak_memory() - before;
    assert!(sent > 30_000_000 && grown < 24_000_000, "{sent} bytes sent, memory grew by {grown}");
}

#[test]
fn whoever_reads_no_answers_is_not_read_from_for_ever() {
    let served = Served::start(&["--timeout", "1"]);
    let mut stream = served.connect();
    stream.write_all(&chunked_head(&served, "/v1/predict?explain=true")).expect("sent");
    let chunk = chunk(&line("a", &SENTENCE.repeat(20)));
    let (start, mut sent) = (Instant::now(), 0);
    // The server stops to read, and gives up a second later; 200 MB would take it minutes.
    while stream.write_all(chunk.as_bytes()).is_ok() {
        sent += chunk.len();
        assert!(sent < 200_000_000, "{sent} bytes were taken");
    }
    assert!(start.elapsed() < Duration::from_secs(50), "{:?}", start.elapsed());
    assert_eq!(served.get("/healthz").status, 200);
}

#[test]
fn slow_clients_are_cut_off_and_others_served_meanwhile() {
    let served = Served::start(&["--timeout", "1"]);
    let request =
        served.request("POST /v1/predict", &[("Content-Type", "application/json")], line("a", SENTENCE).as_bytes());
    let mut body = served.connect();
    body.write_all(&request[..request.len() - 5]).expect("sent");
    let mut head = served.connect();
    head.write_all(&request[..20]).expect("sent");
    let mut nothing = served.connect();
    let mut lines = served.connect();
    lines.write_all(&chunked_head(&served, "/v1/predict")).expect("sent");
    lines.write_all(chunk(&line("a", SENTENCE)).as_bytes()).expect("sent");
    let start = Instant::now();
    assert_eq!(served.post("/v1/predict", line("a", SENTENCE)).status, 200);
    Reply::read(&mut body).assert_problem(408, "the body did not come within 1 s");
    let answers = Reply::read(&mut lines).lines();
    assert_eq!((answers.len(), &answers[1]["error"]["status"]), (2, &json!(408)), "{answers:?}");
    for stream in [&mut head, &mut nothing] {
        let mut left = Vec::new();
        let _ = stream.read_to_end(&mut left);
        assert!(left.is_empty() || left.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&left));
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn who_comes_in_vain_is_told_when_to_come_again() {
    let served = Served::start(&["--max-requests", "1"]);
    let mut stream = served.connect();
    stream.write_all(&chunked_head(&served, "/v1/predict")).expect("sent");
    stream.write_all(chunk(&line("a", SENTENCE)).as_bytes()).expect("sent");
    // Its answer has begun, so it has the one place, and keeps it while more lines may come.
    let mut start = [0; 12];
    stream.read_exact(&mut start).expect("an answer");
    assert_eq!(&start, b"HTTP/1.1 200");
    let busy = served.get("/v1/model");
    busy.assert_problem(503, "1 requests are being worked on");
    assert_eq!(busy.header("retry-after"), Some("1"));
    assert_eq!((served.get("/healthz").status, served.get("/").status), (200, 200), "what costs nothing has no limit");
    stream.write_all(b"0\r\n\r\n").expect("sent");
    stream.read_to_end(&mut Vec::new()).expect("the rest of the answer");
    let end = Instant::now();
    while served.get("/v1/model").status != 200 {
        assert!(end.elapsed() < Duration::from_secs(10), "the place is not free again");
    }
}

#[test]
#[cfg(unix)]
fn requests_that_run_are_finished_before_the_end() {
    let served = Served::start(&[]);
    let mut running = served.connect();
    running.write_all(&chunked_head(&served, "/v1/predict")).expect("sent");
    running.write_all(chunk(&line("a", SENTENCE)).as_bytes()).expect("sent");
    let mut start = [0; 12];
    running.read_exact(&mut start).expect("an answer has begun");
    served.terminate();
    let told = Instant::now();
    while std::net::TcpStream::connect(&served.host).is_ok() {
        assert!(told.elapsed() < Duration::from_secs(4), "it still takes connections");
        std::thread::sleep(Duration::from_millis(20));
    }
    running.write_all((chunk(&line("b", SENTENCE)) + "0\r\n\r\n").as_bytes()).expect("sent");
    let mut rest = Vec::new();
    running.read_to_end(&mut rest).expect("the rest of the answer");
    let rest = [&start[..], &rest].concat();
    let ids: Vec<Value> = Reply::read(&mut &rest[..]).lines().iter().map(|line| line["id"].clone()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(served.wait(Duration::from_secs(4)), (Some(0), String::new()));
}

#[test]
#[cfg(unix)]
fn who_does_not_finish_does_not_hold_up_the_end() {
    let served = Served::start(&[]);
    let mut stuck = served.connect();
    stuck.write_all(&chunked_head(&served, "/v1/predict")).expect("sent");
    stuck.write_all(chunk(&line("a", SENTENCE)).as_bytes()).expect("sent");
    let mut start = [0; 12];
    stuck.read_exact(&mut start).expect("an answer has begun");
    assert_eq!(&start, b"HTTP/1.1 200");
    served.terminate();
    assert_eq!(served.wait(Duration::from_secs(15)).0, Some(0));
}
