//! `stance serve`: the API and the page, until Ctrl-C.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::label::recipe;
use super::memory::parse_size;
use super::{Answer, output, shared};
use crate::error::{Error, Result};
use crate::files;
use crate::predict::Classifier;
use crate::serve::{Labelling, Loaded, Server, Settings, Token};
use crate::store::Store;

/// Serve the API and a page for reading articles on this machine
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance serve                                         then open the address that it prints
  stance serve --store labels.sqlite                   label sentences too
  stance serve --listen 127.0.0.1:0                    any free port
  stance serve --actors my-actors.toml --threads 2
  stance serve --listen 0.0.0.0:8050                   others may come, with the token that it prints")]
pub struct Args {
    /// Store of labels, made if it is not there; without one, nothing can be labelled
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// Model file [default: the bundled model]
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Actors to add to the model's gazetteer, or to replace in it (TOML)
    #[arg(long, value_name = "FILE")]
    actors: Vec<PathBuf>,
    /// Address to listen on; where others than this machine can reach it, a token is demanded
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8050")]
    listen: SocketAddr,
    /// File with the token that clients must send [default: a new one, where one is needed]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Further name by which clients reach the server, as behind a proxy; without it requests for other hosts are refused
    #[arg(long, value_name = "NAME[:PORT]")]
    allow_host: Vec<String>,
    /// Refuse requests with longer bodies, and longer lines in a stream of lines
    #[arg(long, value_name = "SIZE", default_value = "20MB", value_parser = parse_size)]
    max_body: u64,
    /// Work on so many requests at a time and ask others to come again
    #[arg(long, value_name = "N", default_value_t = 64)]
    max_requests: usize,
    /// How long to wait for a client, or for an answer
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    timeout: f64,
    /// Number of threads that classify [default: all cores]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

/// Serves until it is told to end.
///
/// # Errors
/// A model or gazetteer that cannot be used, settings out of range, an address that cannot be had.
pub fn run(args: &Args) -> Result<Answer> {
    let settings = settings(args)?;
    settings.check()?;
    let (model, name) = shared::load_model(args.model.as_deref())?;
    let classifier = shared::classifier(model, &args.actors)?;
    let (alone, shown) = (settings.is_loopback(), settings.token.is_some() && args.token_file.is_none());
    let server = match &args.store {
        None => Server::bind(settings, Loaded::new(name, classifier))?,
        Some(path) => {
            let labelling = labelling(Store::open_or_make(path)?, classifier, name);
            Server::bind(settings, labelling.loaded()?)?.with_store(labelling)
        }
    };
    output::note(&format!("listening on {}", server.url(shown)));
    if !alone {
        output::note("others can reach this address, unencrypted; whoever has the token may do everything");
    }
    server.run()?;
    Ok(Answer::Done)
}

fn labelling(store: Store, classifier: Classifier, name: String) -> Labelling {
    let recipe = Box::new(|labels: &_, with_shipped| {
        let shipped = if with_shipped { Some(recipe::shipped()?) } else { None };
        let (items, data) = shipped.map_or_else(Default::default, |(items, data)| (items, vec![data]));
        Ok((recipe::params(labels)?, (items, data)))
    });
    Labelling::new(store, Arc::new(classifier), name, recipe)
}

fn settings(args: &Args) -> Result<Settings> {
    let timeout = Duration::try_from_secs_f64(args.timeout)
        .map_err(|_| Error::setting("timeout", args.timeout, "it is a number of seconds above 0"))?;
    let usual = Settings::default();
    let mut settings = Settings {
        listen: args.listen,
        hosts: args.allow_host.clone(),
        max_body: usize::try_from(args.max_body).unwrap_or(usize::MAX),
        max_requests: args.max_requests,
        timeout,
        threads: args.threads.unwrap_or(usual.threads),
        ..usual
    };
    settings.token = match &args.token_file {
        Some(file) => Some(Token::chosen(&files::read_text(file)?)?),
        None if settings.is_loopback() => None,
        None => Some(Token::generate()?),
    };
    Ok(settings)
}
