//! What all handlers share: settings, the model in use, the place where work is done.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::labelling::Labelling;
use super::loaded::Loaded;
use super::settings::Settings;
use super::work::Work;

/// The state of a server.
pub struct App {
    /// How it is set up.
    pub settings: Settings,
    /// Where the processor's work is done.
    pub work: Work,
    model: RwLock<Arc<Loaded>>,
    labelling: OnceLock<Arc<Labelling>>,
}

/// The state as handlers get it.
pub type Shared = axum::extract::State<Arc<App>>;

impl App {
    /// The state of a server that has just been started.
    pub fn new(settings: Settings, model: Loaded) -> App {
        let work = Work::new(settings.threads, settings.timeout);
        App { settings, work, model: RwLock::new(Arc::new(model)), labelling: OnceLock::new() }
    }

    /// The model in use; whoever has it keeps it, also when another is switched to.
    pub fn model(&self) -> Arc<Loaded> {
        self.model.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Switches to another model.
    pub fn switch(&self, model: Loaded) {
        *self.model.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(model);
    }

    /// The store of labels, if there is one.
    pub fn labelling(&self) -> Option<Arc<Labelling>> {
        self.labelling.get().cloned()
    }

    /// Gives it a store of labels; the first one stays.
    pub fn label_in(&self, labelling: Labelling) {
        self.labelling.get_or_init(|| Arc::new(labelling));
    }
}
