//! The labelling part of `stance serve` from outside: two coders label, decide, retrain and export, and the server is
//! killed at any moment without losing a label that it acknowledged.
//!
//! `STANCE_KILLS` sets how often it is killed (200).
#![cfg(feature = "serve")]

mod common;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use common::server::{Reply, Served};
use common::{Folder, first_lines};

/// A server with a store of a few articles, and coders 1 and 2.
fn labelling(folder: &Folder) -> Served {
    let served = Served::start(&["--store", &folder.at("labels.sqlite")]);
    let counts = import(&served, "/v1/import?name=a.jsonl", &first_lines("data/articles.jsonl", 3));
    assert!(counts["units"].as_u64().is_some_and(|n| n > 10) && counts["articles"] == 3, "{counts}");
    for (number, name) in ["Ana", "Ben"].iter().enumerate() {
        let coder = ok(served.post("/v1/coders", json!({ "name": name }).to_string()));
        assert_eq!(coder, json!({ "id": number + 1, "name": name }));
    }
    served
}

fn ok(reply: Reply) -> Value {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

fn import(served: &Served, path: &str, content: &str) -> Value {
    ok(served.ask(&format!("POST {path}"), &[("Content-Type", "application/octet-stream")], content.as_bytes()))
}

fn send(served: &Served, method: &str, path: &str, body: &Value) -> Reply {
    served.ask(&format!("{method} {path}"), &[("Content-Type", "application/json")], body.to_string().as_bytes())
}

fn next(served: &Served, coder: u64) -> Value {
    ok(served.get(&format!("/v1/next?coder={coder}")))["unit"].clone()
}

fn label(client: &str, unit: &Value, coder: u64, stance: &str) -> Value {
    json!({
        "client": client, "unit": unit["id"], "coder": coder, "stance": stance, "skipped": false, "flagged": false,
        "note": "", "seconds": 1.5
    })
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn without_a_store_the_way_out_is_told() {
    let served = Served::start(&[]);
    assert_eq!(served.get("/v1/model").json()["store"], false);
    for path in ["/v1/coders", "/v1/progress", "/v1/models", "/v1/next?coder=1", "/v1/export"] {
        let reply = served.get(path);
        reply.assert_problem(409, "without a store");
        assert!(reply.json()["help"].as_str().is_some_and(|help| help.contains("--store")));
    }
}

#[test]
fn a_unit_has_the_fields_of_the_contract_and_goes_from_hand_to_hand() {
    let folder = Folder::new();
    let served = labelling(&folder);
    assert_eq!(served.get("/v1/model").json()["store"], true);
    let unit = next(&served, 1);
    let expected = [
        "actor",
        "actor_name",
        "after",
        "article",
        "before",
        "end",
        "id",
        "key",
        "probability",
        "round",
        "start",
        "suggestion",
        "text",
        "uniform_share",
    ];
    assert_eq!(keys(&unit), expected);
    assert_eq!(keys(&unit["article"]), ["date", "id", "outlet", "title"]);
    assert_eq!(unit["suggestion"], Value::Null);
    assert_ne!(next(&served, 2)["id"], unit["id"], "the other coder gets another one");
    let sent = label("c-1", &unit, 1, "opposes");
    let kept = ok(send(&served, "POST", "/v1/labels", &sent));
    assert_eq!(keys(&kept), ["label", "unit"]);
    assert_eq!(ok(send(&served, "POST", "/v1/labels", &sent)), kept, "sent twice, kept once");
    let shown = ok(served.get(&format!("/v1/units/{}", unit["id"])));
    assert_eq!(keys(&shown["labels"][0]), ["coder", "created", "flagged", "note", "stance"]);
    let undone = ok(send(&served, "POST", &format!("/v1/labels/{}/withdraw", kept["label"]), &json!({ "coder": 1 })));
    assert_eq!((&undone["label"], &undone["unit"]["key"]), (&kept["label"], &unit["key"]));
    assert_eq!(next(&served, 1)["id"], unit["id"], "what was undone comes next");
    let edited = ok(send(
        &served,
        "PATCH",
        &format!("/v1/units/{}", unit["id"]),
        &json!({ "coder": 1, "start": 0, "end": 3, "actor": unit["actor"] }),
    ));
    assert_eq!((&edited["start"], &edited["end"]), (&0.into(), &3.into()));
    let codebook = ok(served.get("/v1/codebook"));
    assert!(codebook["markdown"].as_str().is_some_and(|text| text.contains("Unit of coding")));
}

#[test]
fn what_is_wrong_is_a_problem_that_says_what_to_do() {
    let folder = Folder::new();
    let served = labelling(&folder);
    let unit = next(&served, 1);
    send(&served, "POST", "/v1/labels", &label("c", &unit, 1, "maybe")).assert_problem(400, "maybe");
    send(&served, "POST", "/v1/labels", &label("c", &json!({ "id": 9999 }), 1, "neutral"))
        .assert_problem(404, "unit 9999");
    send(&served, "POST", "/v1/labels", &label("c", &unit, 77, "neutral")).assert_problem(404, "coder 77");
    send(&served, "POST", "/v1/labels", &json!({ "client": "c" })).assert_problem(400, "missing field");
    send(&served, "POST", "/v1/labels/5/withdraw", &json!({ "coder": 1 })).assert_problem(404, "label 5 of coder 1");
    send(&served, "PUT", "/v1/settings", &json!({ "coders_per_unit": 0, "round_size": 5, "uniform_share": 0.5 }))
        .assert_problem(400, "coders_per_unit = 0");
    send(&served, "POST", "/v1/actors", &json!({ "actor": "us", "alias": "Germany" })).assert_problem(400, "alias");
    served.get("/v1/next?coder=77").assert_problem(404, "coder 77");
    served.get("/v1/units/abc").assert_problem(400, "abc");
    served.get("/v1/jobs/3").assert_problem(404, "job 3");
    send(&served, "POST", "/v1/models/9/activate", &json!({})).assert_problem(404, "model 9");
    assert_eq!(ok(served.get("/v1/progress"))["labelled"], 0);
}

#[test]
fn two_coders_disagree_decide_and_export() {
    let folder = Folder::new();
    let served = labelling(&folder);
    let settings = json!({ "coders_per_unit": 2, "round_size": 4, "uniform_share": 0.5 });
    assert_eq!(ok(send(&served, "PUT", "/v1/settings", &settings)), settings);
    assert_eq!(ok(served.get("/v1/settings")), settings);
    for (coder, stances) in
        [(1, ["opposes", "neutral", "supports", "neutral"]), (2, ["opposes", "neutral", "opposes", "neutral"])]
    {
        for (number, stance) in stances.iter().enumerate() {
            let unit = next(&served, coder);
            assert_eq!(unit["round"], 1);
            ok(send(&served, "POST", "/v1/labels", &label(&format!("{coder}-{number}"), &unit, coder, stance)));
        }
    }
    let open = ok(served.get("/v1/disagreements"));
    assert_eq!(open.as_array().map(Vec::len), Some(1));
    assert_eq!((&open[0]["decision"], open[0]["labels"].as_array().map(Vec::len)), (&Value::Null, Some(2)));
    let decision = json!({ "client": "d", "unit": open[0]["id"], "coder": 2, "stance": "neutral", "note": "R3" });
    assert_eq!(keys(&ok(send(&served, "POST", "/v1/decisions", &decision))), ["decision"]);
    assert_eq!(ok(served.get("/v1/disagreements"))[0]["decision"]["stance"], "neutral");
    let agreement = ok(served.get("/v1/agreement"));
    assert_eq!(keys(&agreement), ["by_actor", "by_label", "overall"]);
    assert_eq!(keys(&agreement["overall"]), ["alpha", "high", "labels", "low", "units"]);
    assert_eq!(agreement["overall"]["labels"], 8);
    let progress = ok(served.get("/v1/progress"));
    let expected = ["coders", "complete", "drawn", "estimate", "flagged", "labelled", "per_label", "round", "units"];
    assert_eq!(keys(&progress), expected);
    assert_eq!((&progress["complete"], &progress["round"]), (&4.into(), &json!({ "id": 1, "left": 0 })));
    assert_eq!(keys(&progress["coders"][0]), ["id", "labels", "name", "per_hour", "skipped", "today"]);
    assert_eq!(progress["coders"][0]["per_hour"], 2400.0, "1.5 s each");
    assert_eq!(keys(&progress["estimate"]["neutral"]), ["se", "share"]);
    let all = served.get("/v1/export");
    assert_eq!((all.header("content-type"), all.lines().len()), (Some("application/x-ndjson"), 8));
    let items = served.get("/v1/export?adjudicated=true");
    assert_eq!(items.lines().iter().filter(|item| item["stance"] == "neutral").count(), 3);
    assert_eq!(served.get("/v1/export?adjudicated=true").body, items.body, "the same bytes");
}

#[test]
fn a_name_that_is_added_is_found_in_articles_and_by_predictions() {
    let folder = Folder::new();
    let served = labelling(&folder);
    let text = "Ruritania rejected any military intervention.";
    import(&served, "/v1/import?name=r.txt&kind=articles", text);
    let added = ok(send(
        &served,
        "POST",
        "/v1/actors",
        &json!({ "actor": "ruritania", "name": "Ruritania", "alias": "Ruritanian cabinet" }),
    ));
    assert_eq!(added, json!({ "actor": "ruritania", "alias": "Ruritanian cabinet", "units": 1 }));
    let actors = ok(served.get("/v1/actors"));
    let known = |actor: &&Value| actor["id"] == "ruritania" && actor["name"] == "Ruritania";
    assert!(actors.as_array().expect("a list").iter().any(|actor| known(&actor)));
    let report = ok(served.post("/v1/predict", json!({ "text": text }).to_string()));
    assert_eq!(report["actors"][0]["actor"], "ruritania");
}

#[test]
fn a_version_is_trained_in_the_background_and_put_to_use_on_request() {
    let folder = Folder::new();
    let served = Served::start(&["--store", &folder.at("labels.sqlite")]);
    let counts =
        import(&served, "/v1/import?name=ana.jsonl&kind=items&coder=Ana", &first_lines("data/train.jsonl", 500));
    assert_eq!((&counts["units"], &counts["labels"]), (&500.into(), &500.into()));
    let begun = send(&served, "POST", "/v1/retrain", &json!({ "name": "second", "with_shipped": false }));
    assert_eq!(begun.status, 202, "{}", begun.text());
    let path = format!("/v1/jobs/{}", begun.json()["job"]);
    let start = Instant::now();
    let job = loop {
        let job = ok(served.get(&path));
        assert_eq!(keys(&job), ["detail", "done", "model", "state", "step"]);
        if job["state"] != "running" || start.elapsed() > Duration::from_secs(120) {
            break job;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!((&job["state"], &job["model"]), (&"done".into(), &1.into()), "{job}");
    let models = ok(served.get("/v1/models"));
    assert_eq!(
        (&models[0]["id"], &models[0]["active"], &models[1]["active"]),
        (&0.into(), &true.into(), &false.into())
    );
    assert_eq!(keys(&models[1]["report"]), ["difference", "groups", "n", "new", "old"]);
    let before = served.get("/v1/model").json();
    ok(send(&served, "POST", "/v1/models/1/activate", &json!({})));
    let after = served.get("/v1/model").json();
    assert!(after["name"].as_str().is_some_and(|name| name.contains("second")) && after["card"] != before["card"]);
    ok(send(&served, "POST", "/v1/models/0/activate", &json!({})));
    assert_eq!(served.get("/v1/model").json(), before);
    let begun = send(&served, "POST", "/v1/retrain", &json!({ "name": "third", "with_shipped": true }));
    send(&served, "POST", "/v1/retrain", &json!({ "name": "fourth" })).assert_problem(409, "being trained");
    let path = format!("/v1/jobs/{}", begun.json()["job"]);
    served.ask(&format!("DELETE {path}"), &[("X-Stance", "1")], b"");
    let start = Instant::now();
    while served.get(&path).json()["state"] == "running" && start.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(served.get(&path).json()["state"], "cancelled");
    assert_eq!(ok(served.get("/v1/models")).as_array().map(Vec::len), Some(2));
}

/// Sends a label without waiting; what the answer is, if it came whole, is read by the other function.
fn begin(served: &Served, body: &Value) -> std::net::TcpStream {
    let mut stream = served.connect();
    let bytes = served.request("POST /v1/labels", &[("Content-Type", "application/json")], body.to_string().as_bytes());
    let _ = stream.write_all(&bytes);
    stream
}

/// The label's number, if it was acknowledged.
fn acknowledged(mut stream: std::net::TcpStream) -> Option<i64> {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let kept: Value = serde_json::from_str(body).ok()?;
    if head.starts_with("HTTP/1.1 200") { kept["label"].as_i64() } else { None }
}

#[test]
fn killing_the_server_at_any_moment_loses_no_acknowledged_label() {
    let kills: u64 = std::env::var("STANCE_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    let folder = Folder::new();
    drop(labelling(&folder));
    let store = folder.at("labels.sqlite");
    let mut kept: BTreeMap<String, i64> = BTreeMap::new();
    for kill in 0..kills {
        let mut served = Served::start(&["--store", &store]);
        let send_next = |number: u64| {
            let client = format!("{kill}-{number}");
            let unit = json!({ "id": 1 + (kill * 3 + number) % 10 });
            let stream = begin(&served, &label(&client, &unit, 1 + number % 2, "neutral"));
            (client, stream)
        };
        // Every other time one label is acknowledged before; two more are on their way when the server is killed.
        if kill % 2 == 0 {
            let (client, stream) = send_next(0);
            kept.insert(client, acknowledged(stream).expect("nobody has killed it yet"));
        }
        let sent = [send_next(1), send_next(2)];
        std::thread::sleep(Duration::from_micros((kill * 7919) % 8_000));
        served.child.kill().expect("it can be ended");
        served.child.wait().expect("it ends");
        kept.extend(sent.into_iter().filter_map(|(client, stream)| Some((client, acknowledged(stream)?))));
    }
    let served = Served::start(&["--store", &store]);
    let before = ok(served.get("/v1/progress"));
    for (client, id) in &kept {
        // What is known already is answered with its number, whatever else it says now.
        let again = ok(send(&served, "POST", "/v1/labels", &label(client, &json!({ "id": 1 }), 1, "opposes")));
        assert_eq!(again["label"], *id, "{client} is lost");
    }
    assert_eq!(ok(served.get("/v1/progress")), before, "none of them was new");
    println!("{kills} kills, {} of {} labels acknowledged", kept.len(), 3 * kills);
    assert!(
        !kept.is_empty() && (kept.len() as u64) < 3 * kills,
        "{} acknowledged: some kills came too late",
        kept.len()
    );
}
