//! Host and Origin: a page of another site must not reach the server, neither by a name that it makes point here (DNS
//! rebinding) nor from where it is.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::serve::problem::{Answer, Problem};
use crate::serve::settings::Settings;

/// What the Host header may say.
pub struct Hosts {
    names: Vec<String>,
    /// The port, where any address of this machine will do: a rebinding attack has a name, not an address.
    any_address: Option<u16>,
}

impl Hosts {
    /// The hosts of a server that listens on `port`.
    pub fn new(settings: &Settings, port: u16) -> Hosts {
        let ip = settings.listen.ip();
        let own = match ip {
            IpAddr::V4(ip) => format!("{ip}:{port}"),
            IpAddr::V6(ip) => format!("[{ip}]:{port}"),
        };
        let usual = ["localhost", "127.0.0.1", "[::1]"].map(|name| format!("{name}:{port}"));
        let further = settings.hosts.iter().map(|host| with_port(host));
        let names = usual.into_iter().chain([own]).chain(further).collect();
        Hosts { names, any_address: ip.is_unspecified().then_some(port) }
    }

    fn allow(&self, host: &str) -> bool {
        let host = with_port(host);
        let address = || {
            let (name, port) = host.rsplit_once(':')?;
            let ip: IpAddr = name.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
            Some(self.any_address? == port.parse::<u16>().ok()? && !ip.is_unspecified())
        };
        self.names.contains(&host) || address().unwrap_or(false)
    }
}

/// A host in lower case with its port, 80 where none is written.
fn with_port(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let behind_address = host.rsplit(']').next().unwrap_or_default();
    if behind_address.contains(':') { host } else { format!("{host}:80") }
}

/// The value of a header that may stand only once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Refuses requests to other hosts (421) and from other origins (403).
pub async fn checked(State(hosts): State<Arc<Hosts>>, request: Request, next: Next) -> Answer<Response> {
    let headers = request.headers();
    let host = only(headers, &header::HOST).unwrap_or_default();
    if !hosts.allow(host) {
        let detail = format!("Host is {host:?}");
        let help = "use the address that the server printed; behind a proxy start it with --allow-host NAME";
        let status = StatusCode::MISDIRECTED_REQUEST;
        return Err(Problem::new(status, "host", "This is not the host that was meant", detail, help));
    }
    if headers.contains_key(header::ORIGIN) {
        let origin = only(headers, &header::ORIGIN).unwrap_or_default();
        let place = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        if place.is_none_or(|place| !place.eq_ignore_ascii_case(host)) {
            let detail = format!("Origin is {origin:?}");
            let help = "pages of other sites may not use this server; programs send no Origin";
            return Err(Problem::new(StatusCode::FORBIDDEN, "origin", "This origin is refused", detail, help));
        }
    }
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(listen: &str, further: &[&str]) -> Hosts {
        let settings = Settings {
            listen: listen.parse().unwrap(),
            hosts: further.iter().map(|h| h.to_string()).collect(),
            ..Settings::default()
        };
        Hosts::new(&settings, settings.listen.port())
    }

    #[test]
    fn only_names_that_are_known_and_the_own_port_are_allowed() {
        let own = hosts("127.0.0.1:8050", &[]);
        for good in ["127.0.0.1:8050", "localhost:8050", "LocalHost:8050", "[::1]:8050"] {
            assert!(own.allow(good), "{good}");
        }
        for bad in
            ["", "localhost", "localhost:80", "evil.example:8050", "127.0.0.1.evil.example:8050", "10.0.0.1:8050"]
        {
            assert!(!own.allow(bad), "{bad}");
        }
    }

    #[test]
    fn a_server_on_every_address_takes_any_of_them_but_no_name() {
        let any = hosts("0.0.0.0:8050", &["news.example.org", "other.example:9000"]);
        for good in
            ["192.168.1.7:8050", "[fe80::1]:8050", "news.example.org", "news.example.org:80", "other.example:9000"]
        {
            assert!(any.allow(good), "{good}");
        }
        for bad in ["192.168.1.7:8051", "evil.example:8050", "other.example", "0.0.0.0.evil.example:8050"] {
            assert!(!any.allow(bad), "{bad}");
        }
        assert!(hosts("127.0.0.1:80", &[]).allow("localhost"));
    }
}
