//! HTML pages that need nothing else: the style sheet that all pages share, and the rendering of their templates.
//!
//! What a page shows, and the rules of style that it alone needs, stand in the module that owns its template. A template
//! puts `{{ style }}` into its `<style>` element. Every value is escaped, unless it was made by [`markup`].

use minijinja::value::{Serde, Value};
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

const STYLE: &str = include_str!("page.css");
/// The name's ending is what turns escaping on.
const NAME: &str = "page.html";

/// A template, parsed once.
pub(crate) struct Template {
    environment: Environment<'static>,
}

impl Template {
    /// A template of this project; panics where it cannot be parsed, which the tests of its module would show.
    pub(crate) fn new(source: &'static str) -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.add_global("style", markup(STYLE.trim_end().to_string()));
        environment.add_template(NAME, source).expect("templates are fixed, and tests parse them");
        Template { environment }
    }

    /// The template with its values filled in; panics where it asks for a value that is not there, which the tests of
    /// its module would show.
    pub(crate) fn render(&self, values: impl Serialize) -> String {
        let template = self.environment.get_template(NAME);
        let written = template.and_then(|template| template.render(Serde(values)));
        written.expect("template and values are both fixed in one module, and tests render them")
    }
}

/// Markup that was escaped where it was made and goes into the page as it is.
pub(crate) fn markup(html: String) -> Value {
    Value::from_safe_string(html)
}
