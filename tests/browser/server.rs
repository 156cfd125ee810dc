//! `stance serve` on a free port, with a store or without, ended with the test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::common;

/// A running server.
pub struct Server {
    child: Child,
    /// Where it listens, without a slash at the end.
    pub url: String,
}

impl Server {
    /// Starts one with further arguments.
    pub fn start(arguments: &[&str]) -> Server {
        Server::start_on("127.0.0.1:0", arguments)
    }

    /// Starts one on an address.
    pub fn start_on(address: &str, arguments: &[&str]) -> Server {
        let mut child = Command::new(common::command().get_program())
            .args(["serve", "--listen", address])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
        let url = lines.find_map(|line| line.split_once("http://").map(|(_, rest)| format!("http://{rest}")));
        std::thread::spawn(move || lines.for_each(|line| eprintln!("{line}")));
        let url = url.expect("the program says where it listens").trim_end_matches('/').to_string();
        Server { child, url }
    }

    /// `address:port`, to start another one there.
    pub fn address(&self) -> String {
        self.url.trim_start_matches("http://").to_string()
    }

    /// Kills it without warning.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
