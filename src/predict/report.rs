//! The stance report of an article, and the codebook's rule (section 6) that makes one label of many sentences.

use crate::label::{Labels, Scores};
use crate::model::trained::Contribution;
use crate::text::span::Span;

/// One sentence that mentions an actor, with the stance it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The sentence, in bytes of the article's text.
    pub sentence: Span,
    /// The mention that was classified.
    pub mention: Span,
    /// The most probable label.
    pub label: usize,
    /// The probabilities of the labels.
    pub scores: Scores,
    /// The labels of the prediction set, rising, if sets were asked for.
    pub set: Option<Vec<usize>>,
    /// What each feature adds to the logit of `label`, with the bias, if it was asked for.
    pub explanation: Option<(Vec<Contribution>, f64)>,
}

/// The stance of one actor in an article.
#[derive(Debug, Clone, PartialEq)]
pub struct ActorStance {
    /// The actor's id.
    pub actor: String,
    /// The label of the whole article.
    pub label: usize,
    /// How sure: see [`aggregate`].
    pub confidence: f64,
    /// Mean of the sentences' probabilities.
    pub scores: Scores,
    /// Number of sentences per label.
    pub counts: Vec<usize>,
    /// The sentences in the order of the text, at least one.
    pub evidence: Vec<Evidence>,
}

/// All actors of an article.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StanceReport {
    /// The actors, in the order of their first mention.
    pub actors: Vec<ActorStance>,
}

/// The label of an article from its sentences, and the confidence in it.
///
/// The neutral label never votes; of the others the one with most sentences wins, and a tie is neutral. Without a
/// neutral label a tie goes to the label with the larger sum of probabilities. Confidence is the mean probability of
/// the winning label over the sentences that have it, times its share of the votes; for neutral it is the mean
/// probability of neutral over all sentences.
pub fn aggregate(labels: &Labels, evidence: &[Evidence]) -> (usize, f64) {
    let mut votes = vec![0usize; labels.len()];
    let mut sums = vec![0.0f64; labels.len()];
    for e in evidence {
        votes[e.label] += 1;
        sums.iter_mut().zip(&e.scores.0).for_each(|(sum, p)| *sum += p);
    }
    let total: usize = (0..labels.len()).filter(|l| Some(*l) != labels.neutral()).map(|l| votes[l]).sum();
    let most = (0..labels.len()).filter(|l| Some(*l) != labels.neutral()).map(|l| votes[l]).max().unwrap_or(0);
    let mut leaders = (0..labels.len()).filter(|l| Some(*l) != labels.neutral() && votes[*l] == most);
    let first = leaders.next().unwrap_or(0);
    let winner = match (labels.neutral(), leaders.next()) {
        (Some(neutral), _) if most == 0 => neutral,
        (Some(neutral), Some(_)) => neutral,
        (None, Some(second)) => {
            let rest = std::iter::once(second).chain(leaders);
            rest.fold(first, |best, l| if sums[l] > sums[best] { l } else { best })
        }
        _ => first,
    };
    let n = evidence.len().max(1) as f64;
    if Some(winner) == labels.neutral() {
        return (winner, sums[winner] / n);
    }
    let own = evidence.iter().filter(|e| e.label == winner);
    let mean = own.map(|e| e.scores.0[winner]).sum::<f64>() / votes[winner].max(1) as f64;
    (winner, mean * votes[winner] as f64 / total.max(1) as f64)
}

/// The mean of several sentences' probabilities.
pub fn mean_scores(labels: usize, evidence: &[Evidence]) -> Scores {
    let mut mean = vec![0.0; labels];
    for e in evidence {
        mean.iter_mut().zip(&e.scores.0).for_each(|(m, p)| *m += p / evidence.len() as f64);
    }
    Scores(mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Labels {
        Labels::new(["opposes", "neutral", "supports"]).unwrap()
    }

    fn evidence(rows: &[[f64; 3]]) -> Vec<Evidence> {
        let one = |row: &[f64; 3]| {
            let scores = Scores(row.to_vec());
            let span = Span::new(0, 1);
            Evidence { sentence: span, mention: span, label: scores.best(), scores, set: None, explanation: None }
        };
        rows.iter().map(one).collect()
    }

    const OPPOSES: [f64; 3] = [0.8, 0.1, 0.1];
    const NEUTRAL: [f64; 3] = [0.2, 0.6, 0.2];
    const SUPPORTS: [f64; 3] = [0.1, 0.2, 0.7];

    #[test]
    fn table_of_votes_by_the_codebook() {
        // Expected values by hand from data/CODEBOOK.md section 6.
        let cases: &[(&[[f64; 3]], usize, f64)] = &[
            (&[NEUTRAL, NEUTRAL], 1, 0.6),
            (&[NEUTRAL, NEUTRAL, NEUTRAL, SUPPORTS], 2, 0.7),
            (&[OPPOSES, SUPPORTS], 1, 0.15),
            (&[OPPOSES, OPPOSES, SUPPORTS, NEUTRAL], 0, 0.8 * 2.0 / 3.0),
        ];
        for (rows, label, confidence) in cases {
            let (got, sure) = aggregate(&labels(), &evidence(rows));
            assert_eq!(got, *label, "{rows:?}");
            assert!((sure - confidence).abs() < 1e-12, "{rows:?}: {sure}");
        }
    }

    #[test]
    fn without_a_neutral_label_a_tie_goes_to_the_larger_sum() {
        let labels = Labels::new(["a", "b", "c"]).unwrap();
        let (winner, _) = aggregate(&labels, &evidence(&[OPPOSES, SUPPORTS]));
        assert_eq!(winner, 0);
    }
}
