//! How a server is set up.

use std::net::SocketAddr;
use std::time::Duration;

use super::token::Token;
use crate::error::{Error, Result};

/// Where a server listens and how much it takes on.
#[derive(Clone)]
pub struct Settings {
    /// The address; port 0 takes any free one. Default 127.0.0.1:8050.
    pub listen: SocketAddr,
    /// What clients must show; needed where others than this machine can reach the address. Default none.
    pub token: Option<Token>,
    /// Further values of the Host header, for servers behind a proxy: `name` or `name:port`. Default none.
    pub hosts: Vec<String>,
    /// The most bytes of a request's body, and of a line in a stream of lines; default 20 MB.
    pub max_body: usize,
    /// The most requests that are worked on at a time, at least 1; default 64.
    pub max_requests: usize,
    /// How long to wait for a client, for a free thread with the work on it, and for a reader; default 60 s.
    pub timeout: Duration,
    /// Threads that classify, at least 1; default all cores.
    pub threads: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 8050)),
            token: None,
            hosts: Vec::new(),
            max_body: 20_000_000,
            max_requests: 64,
            timeout: Duration::from_secs(60),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

impl Settings {
    /// Whether only this machine can reach the address.
    pub fn is_loopback(&self) -> bool {
        self.listen.ip().to_canonical().is_loopback()
    }

    /// Refuses what cannot work or is not safe.
    ///
    /// # Errors
    /// An address that others can reach, without a token; a limit of nothing.
    pub fn check(&self) -> Result<()> {
        if !self.is_loopback() && self.token.is_none() {
            let allowed = "others can reach it, so a token is needed; or listen on 127.0.0.1";
            return Err(Error::setting("listen", self.listen, allowed));
        }
        let limits = [
            ("max-body", self.max_body),
            ("max-requests", self.max_requests),
            ("threads", self.threads),
            ("timeout", self.timeout.as_millis() as usize),
        ];
        match limits.into_iter().find(|(_, value)| *value == 0) {
            Some((name, value)) => Err(Error::setting(name, value, "it must be above 0")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_may_do_without_a_token() {
        for (listen, alone) in [("127.0.0.1:0", true), ("[::1]:1", true), ("[::ffff:127.0.0.1]:1", true)]
            .into_iter()
            .chain([("0.0.0.0:1", false), ("[::]:1", false), ("192.168.1.7:8050", false)])
        {
            let settings = Settings { listen: listen.parse().unwrap(), ..Settings::default() };
            assert_eq!(settings.check().is_ok(), alone, "{listen}");
            let settings = Settings { token: Some(Token::generate().unwrap()), ..settings };
            assert!(settings.check().is_ok(), "{listen}");
        }
        let error = Settings { max_requests: 0, ..Settings::default() }.check().unwrap_err();
        assert_eq!(error.to_string(), "max-requests = 0 is not allowed; it must be above 0");
    }
}
