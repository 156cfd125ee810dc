//! A baseline that learns nothing: a fixed rule over the lexicon entries around the mention.
//!
//! The rule was written down once and has no parameter that data decide, so what a model is ahead of it is what was
//! learned beyond the word lists. It is the counting of positive and negative entries of dictionary methods (Stone et al.
//! 1966, *The General Inquirer*), narrowed to the clause of the mention and with negators that turn an entry around.

use super::baselines::Baseline;
use crate::feature::instance::{Instance, InstanceView};
use crate::feature::lexicon::{Group, Lexicon};
use crate::feature::masked::Masked;
use crate::label::Labels;
use crate::text::language::Language;
use crate::text::span::Span;
use crate::text::token::{Token, tokenize};

/// Name under which the report shows it.
const NAME: &str = "lexicon_rule";
/// A negator turns an entry around if no more units than this stand between them.
const REACH: usize = 2;

/// The rule, for labels that have a side for and a side against force.
#[derive(Debug, Clone, Copy)]
pub struct LexiconRule<'a> {
    lexicon: &'a Lexicon,
    supports: usize,
    opposes: usize,
    neutral: usize,
}

/// Memory that is used again from item to item.
#[derive(Debug, Default)]
pub struct RuleScratch {
    tokens: Vec<Token>,
    masked: Masked,
}

impl<'a> LexiconRule<'a> {
    /// The rule over a lexicon; `None` if the labels are not `supports`, `opposes` and a neutral one, which the
    /// lexicon's groups speak of, or if the lexicon is empty.
    pub fn new(lexicon: &'a Lexicon, labels: &Labels) -> Option<Self> {
        let label = |name: &str| labels.index(name);
        let rule = LexiconRule {
            lexicon,
            supports: label("supports")?,
            opposes: label("opposes")?,
            neutral: labels.neutral()?,
        };
        (!lexicon.classes().is_empty()).then_some(rule)
    }

    /// The label of an item: `supports` if more entries of the group `pro` than of `con` stand in the clause of the
    /// mention, `opposes` if fewer, else neutral. An entry with a negator at most two words before it counts for the
    /// other side; one with classes of both groups does not count. Without a mention the whole text is the clause.
    pub fn label(&self, instance: &Instance, scratch: &mut RuleScratch) -> usize {
        let RuleScratch { tokens, masked } = scratch;
        tokens.clear();
        tokenize(&instance.text, Span::new(0, instance.text.len()), Language::english(), tokens);
        masked.fill(&InstanceView::new(instance, tokens), Some(self.lexicon), true);
        match self.balance(masked) {
            0 => self.neutral,
            balance if balance > 0 => self.supports,
            _ => self.opposes,
        }
    }

    /// Entries for minus entries against.
    fn balance(&self, masked: &Masked) -> i64 {
        let clause = match masked.actor {
            Some(actor) => masked.clause_start(actor)..masked.clause_end(actor),
            None => 0..masked.units.len(),
        };
        let mut negated_to = None;
        let mut balance = 0;
        for entry in masked.matches.iter().filter(|m| clause.contains(&m.start)) {
            let side = self.side(entry.phrase);
            let turned = negated_to.is_some_and(|end: usize| entry.start <= end + REACH);
            balance += if turned { -side } else { side };
            if self.lexicon.is_negator(entry.phrase) {
                negated_to = Some(entry.end);
            }
        }
        balance
    }

    /// 1 for an entry of the group `pro`, -1 for `con`, 0 for none or both.
    fn side(&self, phrase: u32) -> i64 {
        let has = |group: Group| self.lexicon.meaning(phrase).iter().any(|c| self.lexicon.class(*c).group == group);
        i64::from(has(Group::Pro)) - i64::from(has(Group::Con))
    }

    /// The rule's answers as a baseline.
    pub fn baseline(predicted: Vec<usize>) -> Baseline {
        Baseline { name: NAME.into(), predicted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
        [back]
        group = "pro"
        entries = ["backed", "no choice but"]
        [reject]
        group = "con"
        entries = ["rejected", "ruled out"]
        [both]
        group = "con"
        entries = ["backed down"]
        [both_again]
        group = "pro"
        entries = ["backed down"]
        [neg]
        group = "function"
        entries = ["not", "never"]
    "#;

    /// The label of the first word's stance.
    fn label(text: &str) -> String {
        let labels = Labels::new(["opposes", "neutral", "supports"]).unwrap();
        let lexicon = Lexicon::from_toml(SMALL, "small.toml").unwrap();
        let rule = LexiconRule::new(&lexicon, &labels).unwrap();
        let end = text.find(' ').unwrap();
        let instance = Instance { actor: Some(Span::new(0, end)), ..Instance::plain(text) };
        labels.name(rule.label(&instance, &mut RuleScratch::default())).to_owned()
    }

    #[test]
    fn entries_in_the_clause_are_counted_and_negators_turn_them_around() {
        let table = [
            ("France backed the raid", "supports"),
            ("France rejected the raid", "opposes"),
            ("France spoke of the raid", "neutral"),
            ("France has not backed the raid", "opposes"),
            ("France has never ever really ruled out a raid", "supports"),
            ("France has not for a very long time backed a raid", "supports"),
            ("France backed the raid and rejected the landing", "neutral"),
            ("France spoke of the raid; Italy rejected it", "neutral"),
            ("France backed down", "neutral"),
        ];
        for (text, expected) in table {
            assert_eq!(label(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_without_a_mention_is_one_clause() {
        let labels = Labels::new(["opposes", "neutral", "supports"]).unwrap();
        let lexicon = Lexicon::from_toml(SMALL, "small.toml").unwrap();
        let rule = LexiconRule::new(&lexicon, &labels).unwrap();
        let text = Instance::plain("Talks went on; the raid was rejected");
        assert_eq!(labels.name(rule.label(&text, &mut RuleScratch::default())), "opposes");
    }

    #[test]
    fn other_labels_have_no_rule() {
        let lexicon = Lexicon::from_toml(SMALL, "small.toml").unwrap();
        for names in [["positive", "neutral", "negative"], ["supports", "opposes", "unclear"]] {
            assert!(LexiconRule::new(&lexicon, &Labels::new(names).unwrap()).is_none());
        }
        let labels = Labels::new(["opposes", "neutral", "supports"]).unwrap();
        assert!(LexiconRule::new(&Lexicon::default(), &labels).is_none());
    }
}
