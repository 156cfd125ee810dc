//! The server itself: listens, serves each connection, and ends in good order.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::sync::Semaphore;

use super::app::App;
use super::labelling::Labelling;
use super::loaded::Loaded;
use super::patient::Patient;
use super::settings::Settings;
use super::{routes, safety};
use crate::error::{Error, Place, Result};

/// The most connections at a time; others wait to be accepted.
const CONNECTIONS: usize = 512;
/// The most bytes of a connection's buffer, and so of a request's headers.
const BUFFER: usize = 64 << 10;
/// Threads that serve connections; what takes time is done elsewhere.
const CONNECTION_THREADS: usize = 2;
/// Threads beside those of requests that may wait for something.
const SPARE_THREADS: usize = 16;
/// How long requests have to end when the server does.
const LAST: Duration = Duration::from_secs(5);

/// A server that listens already; nothing is answered before [`Server::run`].
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    app: Arc<App>,
}

impl Server {
    /// Takes the address.
    ///
    /// # Errors
    /// Settings that cannot work or are not safe; an address that cannot be had.
    pub fn bind(settings: Settings, model: Loaded) -> Result<Server> {
        settings.check()?;
        let taken = |e: std::io::Error| match e.kind() {
            std::io::ErrorKind::AddrInUse => {
                let place = Place::file(settings.listen.to_string());
                Error::input(
                    place,
                    "another program listens there",
                    "take another port: --listen 127.0.0.1:0 finds one",
                )
            }
            _ => Error::io(settings.listen.to_string(), e),
        };
        let listener = TcpListener::bind(settings.listen).map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        listener.set_nonblocking(true).map_err(taken)?;
        Ok(Server { listener, address, app: Arc::new(App::new(settings, model)) })
    }

    /// The same with a store of labels.
    pub fn with_store(self, labelling: Labelling) -> Server {
        self.app.label_in(labelling);
        self
    }

    /// Where the page is; with the token, if there is one and it is to be shown.
    pub fn url(&self, with_token: bool) -> String {
        let token = self.app.settings.token.as_ref().filter(|_| with_token);
        let query = token.map(|token| format!("?token={}", token.secret())).unwrap_or_default();
        format!("http://{}/{query}", self.address)
    }

    /// Serves until the program is told to end (Ctrl-C, SIGTERM). Requests that run then have five seconds to end.
    ///
    /// # Errors
    /// A system that gives no threads, no signals or no connections.
    pub fn run(self) -> Result<()> {
        let settings = &self.app.settings;
        let place = self.address.to_string();
        let failed = |e: std::io::Error| Error::io(&place, e);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(CONNECTION_THREADS)
            // Every request that is let in finds a thread to wait on.
            .max_blocking_threads(settings.threads + settings.max_requests + SPARE_THREADS)
            .enable_all()
            .build()
            .map_err(failed)?;
        let router = safety::guarded(routes::router(), self.app.clone(), self.address.port());
        let served = runtime.block_on(serve(self.listener, router, self.app.settings.timeout));
        // Work that nobody waits for any more is not waited for here either.
        runtime.shutdown_background();
        served.map_err(failed)
    }
}

async fn serve(listener: TcpListener, router: Router, timeout: Duration) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut told = std::pin::pin!(told_to_end()?);
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            next = next => next,
            () = &mut told => break,
        };
        let Ok((stream, _)) = accepted else {
            // Too many files are open, or the client is gone already: others may do better in a moment.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Answers are written whole; waiting for more of them would only delay them.
        let _ = stream.set_nodelay(true);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(timeout)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(Patient::new(stream, timeout)), TowerToHyperService::new(router.clone()));
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            // A connection that breaks is the client's business.
            let _ = watched.await;
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(LAST, graceful.shutdown()).await;
    Ok(())
}

/// Waits for the signal to end. Signals are caught from the call on, not only from the first wait.
#[cfg(unix)]
fn told_to_end() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn told_to_end() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
