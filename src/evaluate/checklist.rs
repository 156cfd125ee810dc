//! A checklist: small tests of one rule each, many of them minimal pairs, that a model passes or fails.
//!
//! After Ribeiro et al. 2020, "Beyond Accuracy: Behavioral Testing of NLP Models with CheckList", and the contrast sets of
//! Gardner et al. 2020. The items are chosen, not drawn, so their rates have no interval: they say which rules a model
//! has learned, not how often it will be right on news.

use serde::Serialize;

use super::report::as_object;
use crate::error::{Error, Place, Result};
use crate::label::Labels;
use crate::model::card::{RecordedChecklist, RulePasses};

/// One test: an item, its rule, what is expected and what the model says.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The item's id.
    pub id: String,
    /// Name of the rule that it tests, such as `R4`.
    pub rule: String,
    /// Name of its group of minimal pairs; items of a group are passed together or not at all.
    pub pair: String,
    /// The actor, if the item asks about one.
    pub actor: Option<String>,
    /// The text.
    pub text: String,
    /// The label expected, an index into the labels.
    pub expected: usize,
    /// One probability per label, summing to 1.
    pub scores: Vec<f64>,
    /// The label predicted.
    pub predicted: usize,
}

impl Check {
    /// Whether the model says what is expected.
    pub fn passed(&self) -> bool {
        self.expected == self.predicted
    }
}

/// What came of a checklist.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChecklistReport {
    /// What was checked, in the caller's words and order; an object in JSON.
    #[serde(serialize_with = "as_object")]
    pub about: Vec<(String, String)>,
    /// All items.
    #[serde(flatten)]
    pub all: Passes,
    /// The items of each rule, `R2` before `R10`.
    pub rules: Vec<RuleScore>,
    /// The items that failed, in the order of the checklist.
    pub failures: Vec<Failure>,
}

/// How many items and pairs were passed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Passes {
    /// Number of items.
    pub n: usize,
    /// How many of them were labelled as expected.
    pub passed: usize,
    /// Their share, in [0, 1].
    pub pass_rate: f64,
    /// Number of groups of at least two items; under a rule those whose first item is of it.
    pub pairs: usize,
    /// How many of these groups were passed as a whole.
    pub pairs_passed: usize,
}

/// Passes of one rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleScore {
    /// The rule's name.
    pub rule: String,
    /// Its items.
    #[serde(flatten)]
    pub passes: Passes,
}

/// An item that was labelled otherwise than expected.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Failure {
    /// The item's id.
    pub id: String,
    /// The rule that it tests.
    pub rule: String,
    /// Its group of minimal pairs.
    pub pair: String,
    /// The actor, if the item asks about one.
    pub actor: Option<String>,
    /// The text.
    pub text: String,
    /// The label expected.
    pub expected: String,
    /// The label predicted.
    pub predicted: String,
    /// Probability of the label predicted, in [0, 1].
    pub probability: f64,
    /// Probability of the label expected, in [0, 1].
    pub probability_of_expected: f64,
}

/// Counts what was passed.
///
/// # Errors
/// No items.
pub fn report(labels: &Labels, checks: &[Check], about: Vec<(String, String)>) -> Result<ChecklistReport> {
    if checks.is_empty() {
        return Err(Error::input(Place::file("checklist"), "there is no item", "give at least one labelled item"));
    }
    let groups = groups(checks);
    let mut rules: Vec<&str> = checks.iter().map(|check| check.rule.as_str()).collect();
    rules.sort_by_key(|rule| natural(rule));
    rules.dedup();
    let rules = rules.into_iter().map(|rule| RuleScore {
        rule: rule.to_owned(),
        passes: passes(checks.iter().filter(|c| c.rule == rule), groups.iter().filter(|g| g[0].rule == rule)),
    });
    let failure = |check: &Check| Failure {
        id: check.id.clone(),
        rule: check.rule.clone(),
        pair: check.pair.clone(),
        actor: check.actor.clone(),
        text: check.text.clone(),
        expected: labels.name(check.expected).to_owned(),
        predicted: labels.name(check.predicted).to_owned(),
        probability: check.scores[check.predicted],
        probability_of_expected: check.scores[check.expected],
    };
    Ok(ChecklistReport {
        about,
        all: passes(checks.iter(), groups.iter()),
        rules: rules.collect(),
        failures: checks.iter().filter(|check| !check.passed()).map(failure).collect(),
    })
}

impl ChecklistReport {
    /// What a model's card records of it; `data` is the checklist's file name.
    pub fn recorded(&self, data: &str) -> RecordedChecklist {
        let rule =
            |score: &RuleScore| RulePasses { rule: score.rule.clone(), n: score.passes.n, passed: score.passes.passed };
        RecordedChecklist {
            data: data.to_owned(),
            pairs: self.all.pairs,
            pairs_passed: self.all.pairs_passed,
            rules: self.rules.iter().map(rule).collect(),
        }
    }
}

/// The items of each pair, in the order of their first items; single items are no pair.
fn groups(checks: &[Check]) -> Vec<Vec<&Check>> {
    let mut sorted: Vec<(usize, &Check)> = checks.iter().enumerate().collect();
    sorted.sort_by_key(|(i, check)| (check.pair.as_str(), *i));
    let mut groups: Vec<&[(usize, &Check)]> =
        sorted.chunk_by(|a, b| a.1.pair == b.1.pair).filter(|group| group.len() > 1).collect();
    groups.sort_by_key(|group| group[0].0);
    groups.into_iter().map(|group| group.iter().map(|(_, check)| *check).collect()).collect()
}

fn passes<'a>(
    checks: impl Iterator<Item = &'a Check> + Clone,
    groups: impl Iterator<Item = &'a Vec<&'a Check>> + Clone,
) -> Passes {
    let (n, passed) = (checks.clone().count(), checks.filter(|check| check.passed()).count());
    Passes {
        n,
        passed,
        pass_rate: passed as f64 / n.max(1) as f64,
        pairs: groups.clone().count(),
        pairs_passed: groups.filter(|group| group.iter().all(|check| check.passed())).count(),
    }
}

/// Orders names with numbers as people do: `R2` before `R10`.
fn natural(name: &str) -> (String, u64, String) {
    let letters = name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len());
    let rest = &name[letters..];
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    (name[..letters].to_owned(), rest[..digits].parse().unwrap_or(0), rest[digits..].to_owned())
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::made_up;
    use super::*;

    pub(in super::super) fn check(id: &str, rule: &str, pair: &str, expected: usize, predicted: usize) -> Check {
        let mut scores = vec![0.1; 3];
        scores[predicted] = 0.8;
        let text = format!("text of <{id}>");
        let (id, rule, pair) = (id.to_owned(), rule.to_owned(), pair.to_owned());
        Check { id, rule, pair, actor: Some("us".into()), text, expected, scores, predicted }
    }

    pub(in super::super) fn small() -> ChecklistReport {
        let checks = [
            check("a", "R10", "p1", 0, 0),
            check("b", "R10", "p1", 2, 2),
            check("c", "R2", "p2", 0, 0),
            check("d", "R2", "p3", 1, 1),
            check("e", "irony", "p2", 2, 1),
        ];
        report(&made_up::labels(), &checks, vec![("model".into(), "m".into())]).unwrap()
    }

    #[test]
    fn a_pair_is_passed_as_a_whole_or_not_at_all() {
        let report = small();
        assert_eq!((report.all.n, report.all.passed, report.all.pass_rate), (5, 4, 0.8));
        // p3 has one item and is no pair; p2 fails by its second item and counts under the rule of its first.
        assert_eq!((report.all.pairs, report.all.pairs_passed), (2, 1));
        let rules: Vec<_> =
            report.rules.iter().map(|r| (r.rule.as_str(), r.passes.n, r.passes.passed, r.passes.pairs)).collect();
        assert_eq!(rules, [("R2", 2, 2, 1), ("R10", 2, 2, 1), ("irony", 1, 0, 0)]);
        assert_eq!([report.rules[0].passes.pairs_passed, report.rules[1].passes.pairs_passed], [0, 1]);
    }

    #[test]
    fn failures_say_how_sure_the_model_was() {
        let report = small();
        let [failure] = &report.failures[..] else { panic!("one failure") };
        assert_eq!((failure.id.as_str(), failure.expected.as_str()), ("e", "supports"));
        assert_eq!((failure.predicted.as_str(), failure.probability), ("neutral", 0.8));
        assert_eq!(failure.probability_of_expected, 0.1);
    }

    #[test]
    fn the_card_records_every_rule() {
        let recorded = small().recorded("checklist.jsonl");
        assert_eq!((recorded.pairs, recorded.pairs_passed, recorded.rules.len()), (2, 1, 3));
        assert_eq!(recorded.rules[0], RulePasses { rule: "R2".into(), n: 2, passed: 2 });
    }

    #[test]
    fn nothing_to_check_is_an_error() {
        assert!(report(&made_up::labels(), &[], Vec::new()).is_err());
    }
}
