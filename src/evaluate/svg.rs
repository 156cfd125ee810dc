//! A few shapes of SVG, written by hand: everything that plots of this report are made of.
//!
//! Colours and fonts are left to the classes of the page's style sheet, so that one drawing serves light, dark and print.

use std::fmt::Write;

/// A drawing under way; coordinates are in user units, y grows downwards.
pub(super) struct Drawing {
    out: String,
}

/// Where a text is anchored.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A straight line from values to coordinates.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    /// Lowest and highest value.
    pub(super) values: (f64, f64),
    /// Their coordinates.
    pub(super) places: (f64, f64),
}

impl Scale {
    /// The coordinate of a value; values outside are put on the border.
    pub(super) fn at(&self, value: f64) -> f64 {
        let share = ((value - self.values.0) / (self.values.1 - self.values.0)).clamp(0.0, 1.0);
        self.places.0 + share * (self.places.1 - self.places.0)
    }
}

impl Drawing {
    /// A drawing with a name and a description for those who cannot see it; `id` is unique on the page.
    pub(super) fn new(id: &str, (width, height): (f64, f64), title: &str, description: &str) -> Self {
        let (id, title, description) = (escape(id), escape(title), escape(description));
        Drawing {
            out: format!(
                "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
                 aria-labelledby=\"{id}-title {id}-desc\">\n\
                 <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{description}</desc>\n"
            ),
        }
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.push(format_args!(
            "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
        ));
    }

    /// A rectangle; `strength` in [0, 1] is how much of its colour shows.
    pub(super) fn rect(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64), strength: f64) {
        self.push(format_args!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" \
             fill-opacity=\"{strength:.3}\"/>"
        ));
    }

    pub(super) fn circle(&mut self, class: &str, (x, y): (f64, f64), radius: f64) {
        self.push(format_args!("<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"/>"));
    }

    pub(super) fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escape(text);
        self.push(format_args!(
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
        ));
    }

    /// Text along the y axis, read from below, around the point given.
    pub(super) fn text_upwards(&mut self, class: &str, (x, y): (f64, f64), text: &str) {
        let text = escape(text);
        self.push(format_args!(
            "<text class=\"{class}\" transform=\"translate({x:.1} {y:.1}) rotate(-90)\" text-anchor=\"middle\">{text}</text>"
        ));
    }

    /// The finished element.
    pub(super) fn finish(mut self) -> String {
        self.out.push_str("</svg>");
        self.out
    }

    fn push(&mut self, element: std::fmt::Arguments) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "{element}");
    }
}

/// Text fit for XML: markup characters replaced, control characters (which XML forbids) turned into spaces.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("<a href='x'>\u{0}&\""), "&lt;a href=&#39;x&#39;&gt; &amp;&quot;");
    }

    #[test]
    fn a_scale_keeps_to_its_borders() {
        let scale = Scale { values: (0.0, 1.0), places: (100.0, 0.0) };
        assert_eq!([-1.0, 0.25, 2.0].map(|v| scale.at(v)), [100.0, 75.0, 0.0]);
    }
}
