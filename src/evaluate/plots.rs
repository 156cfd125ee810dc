//! The plots of the reports: forest plot, confusion heat map, reliability diagram, learning curve, risk-coverage curve.
//!
//! Each gives back one SVG element; numbers are formatted by `figures`, shapes drawn by `svg`.

use super::columns::name as cut;
use super::figures::{count, number, with_interval};
use super::intervals::Interval;
use super::probability::ReliabilityBin;
use super::report::ConfusionTable;
use super::selective::RiskPoint;
use super::svg::{Anchor, Drawing, Scale};

/// Width of the forest plot and the heat map.
const WIDTH: f64 = 720.0;
/// Ticks of every axis from 0 to 1.
const TICKS: [f64; 6] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];

/// One line of a forest plot: an estimate in [0, 1] with its interval.
pub(super) struct Estimate {
    pub(super) name: String,
    pub(super) value: f64,
    pub(super) interval: Option<Interval>,
    /// Whether this is the line that the others are compared with.
    pub(super) main: bool,
}

/// Estimates below each other on one axis from 0 to 1; a hollow point has no interval. `reference` is a dashed line.
pub(super) fn forest(id: &str, title: &str, estimates: &[Estimate], reference: Option<f64>) -> String {
    const ROW: f64 = 28.0;
    let bottom = ROW * estimates.len() as f64 + 8.0;
    let lines: Vec<String> =
        estimates.iter().map(|e| format!("{}: {}", e.name, with_interval(e.value, e.interval, false))).collect();
    let mut drawing = Drawing::new(id, (WIDTH, bottom + 42.0), title, &lines.join("; "));
    let x = Scale { values: (0.0, 1.0), places: (190.0, WIDTH - 170.0) };
    for tick in TICKS {
        drawing.line("grid", (x.at(tick), 4.0), (x.at(tick), bottom));
        drawing.text("tick", (x.at(tick), bottom + 18.0), Anchor::Middle, &format!("{tick:.1}"));
    }
    drawing.text("axis", (x.at(0.5), bottom + 37.0), Anchor::Middle, "macro-F1");
    if let Some(value) = reference {
        drawing.line("reference", (x.at(value), 4.0), (x.at(value), bottom));
    }
    for (i, estimate) in estimates.iter().enumerate() {
        let y = ROW * (i as f64 + 0.5) + 6.0;
        let (name_class, mark) = if estimate.main { ("name main", "mark main") } else { ("name", "mark") };
        drawing.text(name_class, (178.0, y + 4.5), Anchor::End, &cut(&estimate.name, 24));
        match estimate.interval {
            Some(i) => {
                drawing.line(&format!("{mark} span"), (x.at(i.low), y), (x.at(i.high), y));
                drawing.circle(mark, (x.at(estimate.value), y), 4.5);
            }
            None => drawing.circle(&format!("{mark} hollow"), (x.at(estimate.value), y), 4.5),
        }
        let text = with_interval(estimate.value, estimate.interval, false);
        drawing.text("value", (WIDTH - 152.0, y + 4.5), Anchor::Start, &text);
    }
    drawing.finish()
}

/// Gold labels as rows, predicted labels as columns; the fuller the colour of a cell, the larger its share of the row.
pub(super) fn heat_map(id: &str, title: &str, confusion: &ConfusionTable) -> String {
    let k = confusion.labels.len();
    let (left, top) = (190.0, 44.0);
    let width = ((WIDTH - left - 10.0) / k as f64).min(132.0);
    let height = width.min(56.0);
    // Names of many labels do not fit above narrow columns, nor do counts into small cells.
    let (numbered, counted) = (width < 90.0, width >= 30.0);
    let label =
        |i: usize| if numbered { format!("{} {}", i + 1, confusion.labels[i]) } else { confusion.labels[i].clone() };
    let description = "Rows are gold labels, columns predicted labels; the table gives the counts.";
    let mut drawing = Drawing::new(id, (WIDTH, top + height * k as f64 + 8.0), title, description);
    drawing.text("axis", (left + width * k as f64 / 2.0, 14.0), Anchor::Middle, "predicted");
    drawing.text("axis", (left - 12.0, 34.0), Anchor::End, "gold");
    for (gold, row) in confusion.rows.iter().enumerate() {
        let y = top + height * gold as f64;
        let center = |column: usize| left + width * (column as f64 + 0.5);
        let head = if numbered { (gold + 1).to_string() } else { cut(&confusion.labels[gold], 16) };
        drawing.text("name", (center(gold), 34.0), Anchor::Middle, &head);
        drawing.text("name", (left - 12.0, y + height / 2.0 + 4.5), Anchor::End, &cut(&label(gold), 24));
        let total = row.iter().sum::<u64>().max(1) as f64;
        for (predicted, &n) in row.iter().enumerate() {
            let share = n as f64 / total;
            let corner = (left + width * predicted as f64 + 1.0, y + 1.0);
            drawing.rect("ground", corner, (width - 2.0, height - 2.0), 1.0);
            drawing.rect("cell", corner, (width - 2.0, height - 2.0), share);
            if counted {
                let middle = y + height / 2.0 + if height > 40.0 { -2.0 } else { 4.5 };
                drawing.text("value", (center(predicted), middle), Anchor::Middle, &count(n));
            }
            if height > 40.0 {
                let text = format!("{:.0} %", share * 100.0);
                drawing.text("value small", (center(predicted), y + height / 2.0 + 14.0), Anchor::Middle, &text);
            }
        }
    }
    drawing.finish()
}

/// Share of right predictions over mean confidence per bin; below it how many items each bin has.
pub(super) fn reliability(id: &str, title: &str, bins: &[ReliabilityBin]) -> String {
    let described: Vec<String> = bins
        .iter()
        .filter_map(|b| Some(format!("confidence {:.2}: {:.2} right of {}", b.confidence?, b.accuracy?, b.n)))
        .collect();
    let mut drawing = Drawing::new(id, (440.0, 480.0), title, &described.join("; "));
    let x = Scale { values: (0.0, 1.0), places: (56.0, 426.0) };
    let y = Scale { values: (0.0, 1.0), places: (350.0, 10.0) };
    for tick in TICKS {
        drawing.line("grid", (x.at(tick), y.at(0.0)), (x.at(tick), y.at(1.0)));
        drawing.line("grid", (x.at(0.0), y.at(tick)), (x.at(1.0), y.at(tick)));
        drawing.text("tick", (x.at(tick), 446.0), Anchor::Middle, &format!("{tick:.1}"));
        drawing.text("tick", (x.at(0.0) - 8.0, y.at(tick) + 4.0), Anchor::End, &format!("{tick:.1}"));
    }
    drawing.line("reference", (x.at(0.0), y.at(0.0)), (x.at(1.0), y.at(1.0)));
    drawing.text("axis", (x.at(0.5), 468.0), Anchor::Middle, "confidence");
    drawing.text_upwards("axis", (14.0, y.at(0.5)), "share right");
    drawing.text_upwards("axis", (14.0, 396.0), "items");
    let most = bins.iter().map(|bin| bin.n).max().unwrap_or(0).max(1) as f64;
    let bars = Scale { values: (0.0, most), places: (428.0, 366.0) };
    let mut before: Option<(f64, f64)> = None;
    for bin in bins {
        let (from, to, tip) = (x.at(bin.from) + 2.0, x.at(bin.to) - 2.0, bars.at(bin.n as f64));
        drawing.rect("bar", (from, tip), (to - from, 428.0 - tip), 1.0);
        let (Some(confidence), Some(accuracy)) = (bin.confidence, bin.accuracy) else { continue };
        let point = (x.at(confidence), y.at(accuracy));
        if let Some(before) = before.replace(point) {
            drawing.line("mark main thin", before, point);
        }
        drawing.circle("mark main", point, 3.0 + 4.0 * (bin.n as f64 / most).sqrt());
    }
    drawing.line("frame", (x.at(0.0), 428.0), (x.at(1.0), 428.0));
    drawing.finish()
}

/// A point of a learning curve.
pub(super) struct CurvePoint {
    /// Number of training items, at least 1.
    pub(super) items: usize,
    /// Mean macro-F1, in [0, 1].
    pub(super) value: f64,
    /// Lowest and highest.
    pub(super) range: (f64, f64),
}

/// Points joined by a line, with a bar for the range of each, over a logarithmic axis of items; `points` are in order.
pub(super) fn curve(id: &str, title: &str, points: &[CurvePoint]) -> String {
    const BOTTOM: f64 = 300.0;
    let described: Vec<String> =
        points.iter().map(|p| format!("{} items: {}", count(p.items as u64), number(p.value, false))).collect();
    let mut drawing = Drawing::new(id, (WIDTH, BOTTOM + 50.0), title, &described.join("; "));
    let log = |items: usize| (items.max(1) as f64).log2();
    let ends = (points.first().map_or(0.0, |p| log(p.items)), points.last().map_or(1.0, |p| log(p.items)));
    // One point alone stands in the middle of an axis two doublings wide.
    let ends = if ends.1 > ends.0 { ends } else { (ends.0 - 1.0, ends.0 + 1.0) };
    let x = Scale { values: ends, places: (80.0, WIDTH - 50.0) };
    let tenths = |value: f64, up: f64| ((value * 10.0 + up).floor() / 10.0).clamp(0.0, 1.0);
    let lowest = tenths(points.iter().map(|p| p.range.0).fold(1.0, f64::min), 0.0);
    let highest = tenths(points.iter().map(|p| p.range.1).fold(0.0, f64::max), 1.0);
    let y = Scale { values: (lowest, highest.max(lowest + 0.1)), places: (BOTTOM, 14.0) };
    for tick in (0..=20).map(|i| f64::from(i) * 0.05).filter(|t| (y.values.0 - 1e-9..=y.values.1 + 1e-9).contains(t)) {
        drawing.line("grid", (x.places.0, y.at(tick)), (x.places.1, y.at(tick)));
        drawing.text("tick", (x.places.0 - 12.0, y.at(tick) + 4.0), Anchor::End, &format!("{tick:.2}"));
    }
    drawing.text_upwards("axis", (18.0, BOTTOM / 2.0), "macro-F1");
    drawing.text("axis", ((x.places.0 + x.places.1) / 2.0, BOTTOM + 44.0), Anchor::Middle, "training items");
    let place = |p: &CurvePoint| (x.at(log(p.items)), y.at(p.value));
    for pair in points.windows(2) {
        drawing.line("mark main thin", place(&pair[0]), place(&pair[1]));
    }
    for point in points {
        let (across, up) = place(point);
        drawing.line("mark main span", (across, y.at(point.range.0)), (across, y.at(point.range.1)));
        drawing.circle("mark main", (across, up), 4.5);
        drawing.text("value", (across + 8.0, up + 16.0), Anchor::Start, &number(point.value, false));
        drawing.text("tick", (across, BOTTOM + 20.0), Anchor::Middle, &count(point.items as u64));
    }
    drawing.finish()
}

/// Share of wrong answers over the share of items that are answered.
pub(super) fn risk_coverage(id: &str, title: &str, points: &[RiskPoint]) -> String {
    let described =
        points.iter().rev().step_by(4).map(|p| format!("{:.0} % answered: {:.3} wrong", p.coverage * 100.0, p.risk));
    let mut drawing = Drawing::new(id, (440.0, 320.0), title, &described.collect::<Vec<_>>().join("; "));
    let most = points.iter().map(|p| p.risk).fold(0.0, f64::max);
    // Five steps up to a round number.
    let step = ((most / 5.0 * 100.0).ceil() / 100.0).max(0.01);
    let x = Scale { values: (0.0, 1.0), places: (56.0, 426.0) };
    let y = Scale { values: (0.0, 5.0 * step), places: (250.0, 10.0) };
    for tick in TICKS {
        drawing.line("grid", (x.at(tick), y.at(0.0)), (x.at(tick), 10.0));
        drawing.text("tick", (x.at(tick), 268.0), Anchor::Middle, &format!("{tick:.1}"));
    }
    for tick in (0..=5).map(|i| f64::from(i) * step) {
        drawing.line("grid", (x.at(0.0), y.at(tick)), (x.at(1.0), y.at(tick)));
        drawing.text("tick", (x.at(0.0) - 8.0, y.at(tick) + 4.0), Anchor::End, &format!("{tick:.2}"));
    }
    drawing.text("axis", (x.at(0.5), 290.0), Anchor::Middle, "share answered");
    drawing.text_upwards("axis", (14.0, y.at(2.5 * step)), "share wrong");
    let places: Vec<(f64, f64)> = points.iter().map(|p| (x.at(p.coverage), y.at(p.risk))).collect();
    places.windows(2).for_each(|pair| drawing.line("mark main thin", pair[0], pair[1]));
    places.iter().for_each(|place| drawing.circle("mark main", *place, 2.5));
    drawing.finish()
}
