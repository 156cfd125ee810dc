//! The solvers minimise one and the same objective: against each other, against scikit-learn, and with the limits that
//! the dense one has.

use std::sync::Arc;

use linfa::ParamGuard;
use stance::feature::row::Row;
use stance::model::Model;
use stance::train::objective::Objective;
use stance::train::params::ClassWeight;
use stance::train::rows::{Cell, Csr, Rows, RowsBuilder};
use stance::train::solver::{Progress, Solution, Solver, SolverSettings, solve};

const LABELS: usize = 3;
const Y: [u32; 14] = [0, 1, 2, 1, 1, 0, 2, 2, 0, 1, 1, 2, 0, 1];
const ALPHA: f64 = 0.5;

// The numbers below come from scikit-learn 1.9.1:
//
//     import numpy as np
//     from sklearn.linear_model import LogisticRegression
//     from sklearn.utils.class_weight import compute_class_weight
//     X = np.array([[((i * 7 + j * 3) % 9 - 4) / 8 for j in range(4)] for i in range(14)])
//     X[:, 3] *= X[:, 0] > 0
//     y = np.array([0, 1, 2, 1, 1, 0, 2, 2, 0, 1, 1, 2, 0, 1])
//     for weight in (None, "balanced"):
//         m = LogisticRegression(C=1 / 0.5, tol=1e-10, max_iter=10000, class_weight=weight).fit(X, y)
//         print(m.coef_, m.intercept_ - m.intercept_.mean())
//     print(compute_class_weight("balanced", classes=np.arange(3), y=y))
const PLAIN: [[f64; 5]; LABELS] = [
    [-0.24457178, -0.03092251, 0.45570712, 0.04854053, -0.09437136],
    [-0.46218419, -0.7198554, 0.32421963, -0.02246982, 0.29777498],
    [0.70675597, 0.75077791, -0.77992675, -0.02607071, -0.20340362],
];
const BALANCED: [[f64; 5]; LABELS] = [
    [-0.30291973, -0.0789305, 0.50388788, 0.05920341, 0.0439714],
    [-0.43870202, -0.65940661, 0.33131693, -0.02235758, 0.04619525],
    [0.74162175, 0.73833711, -0.83520481, -0.03684583, -0.09016665],
];
const BALANCED_WEIGHTS: [f64; LABELS] = [1.1666666666666667, 0.7777777777777778, 1.1666666666666667];
/// How far two solvers' coefficients may be apart; scikit-learn's own solvers differ by 1e-7.
const NEAR: f64 = 2e-6;

/// The matrix of the snippet; its values are whole eighths, exact in 32 bits.
fn small() -> Rows {
    let value = |i: usize, j: usize| ((i * 7 + j * 3) % 9) as f32 / 8.0 - 0.5;
    let row = |i: usize| {
        let cells = (0..4).map(|j| (j as u32, if j == 3 && value(i, 0) <= 0.0 { 0.0 } else { value(i, j) }));
        let (columns, values) = cells.filter(|(_, v)| *v != 0.0).unzip();
        Row { columns, values }
    };
    Rows::from_rows((0..Y.len()).map(row), 4)
}

/// A larger problem: sparse rows of length 1 whose label follows from their columns, with noise.
fn larger() -> (Rows, Vec<u32>) {
    let mut state = 7u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (mut rows, mut y) = (Vec::new(), Vec::new());
    for _ in 0..240 {
        let mut columns: Vec<u32> = (0..6).map(|_| random(40) as u32).collect();
        columns.sort_unstable();
        columns.dedup();
        let noise = if random(5) == 0 { random(3) as u32 } else { 0 };
        y.push((columns[0] / 5 + noise) % 3);
        let values = vec![1.0 / (columns.len() as f32).sqrt(); columns.len()];
        rows.push(Row { columns, values });
    }
    (Rows::from_rows(rows, 40), y)
}

fn quiet() -> Progress {
    Arc::new(|_, _| {})
}

fn tight() -> SolverSettings {
    SolverSettings { max_iterations: 20_000, tolerance: 1e-8 }
}

/// Every solver that is one, by name.
fn solvers() -> impl Iterator<Item = (&'static str, Solver)> {
    Solver::ALL.into_iter().filter(|(_, solver)| *solver != Solver::Auto)
}

fn solved(solver: Solver, objective: &Objective<'_>) -> Solution {
    solve(solver, objective, &tight(), &quiet()).expect("the problem can be solved")
}

/// Weights and intercept of each label, the intercepts centred: equal shifts of all of them change no probability.
fn coefficients(parameters: &[f64]) -> Vec<Vec<f64>> {
    let bias = &parameters[parameters.len() - LABELS..];
    let mean = bias.iter().sum::<f64>() / LABELS as f64;
    let of = |label: usize| {
        let mut all: Vec<f64> = parameters.iter().skip(label).step_by(LABELS).copied().collect();
        *all.last_mut().expect("an intercept") -= mean;
        all
    };
    (0..LABELS).map(of).collect()
}

fn assert_near(got: &[f64], expected: &[f64], what: &str) {
    assert_eq!(got.len(), expected.len(), "{what}");
    for (at, (a, b)) in got.iter().zip(expected).enumerate() {
        assert!((a - b).abs() < NEAR, "{what}, column {at}: {a} instead of {b}");
    }
}

fn predictions(x: &Rows, parameters: &[f64]) -> Vec<usize> {
    let bias = parameters.len() - LABELS;
    let block = x.block(0).expect("it is in memory");
    let best = |cells: &[Cell]| {
        let logit = |label: usize| {
            let weighted = cells.iter().map(|c| parameters[c.column as usize * LABELS + label] * f64::from(c.value));
            weighted.sum::<f64>() + parameters[bias + label]
        };
        (0..LABELS).max_by(|a, b| logit(*a).total_cmp(&logit(*b))).expect("labels")
    };
    block.iter().map(best).collect()
}

#[test]
fn all_solvers_reach_the_same_optimum() {
    let (x, y) = larger();
    let weights = vec![1.0; y.len()];
    let objective = Objective { x: &x, y: &y, weights: &weights, labels: LABELS, alpha: 0.2 };
    let all: Vec<_> = solvers().map(|(name, solver)| (name, solved(solver, &objective))).collect();
    assert!(all.len() >= 3, "{} solvers", all.len());
    let (first, reference) = &all[0];
    let expected = predictions(&x, &reference.parameters);
    assert!((0..LABELS).all(|label| expected.contains(&label)), "a problem with one answer shows nothing");
    for (name, solution) in &all {
        let (a, b) = (solution.solved.objective, reference.solved.objective);
        assert!((a - b).abs() <= 1e-6 * b, "{name}: {a}, {first}: {b}");
        assert!(solution.solved.relative_gradient < 1e-7, "{name}: {:?}", solution.solved);
        assert_eq!(&solution.solved.solver, name);
        assert_eq!(predictions(&x, &solution.parameters), expected, "{name} against {first}");
    }
}

#[test]
fn solvers_that_take_weights_reach_the_same_optimum_with_them() {
    let (x, y) = larger();
    let weights: Vec<f64> = (0..y.len()).map(|i| [0.5, 1.0, 2.5][i % 3]).collect();
    let objective = Objective { x: &x, y: &y, weights: &weights, labels: LABELS, alpha: 0.2 };
    let sparse = solved(Solver::Sparse, &objective);
    let dual = solved(Solver::Dual, &objective);
    let (a, b) = (sparse.solved.objective, dual.solved.objective);
    assert!((a - b).abs() <= 1e-6 * a, "{a} and {b}");
    assert_eq!(predictions(&x, &sparse.parameters), predictions(&x, &dual.parameters));
}

/// The larger problem several times over, sorted by label, its rows in memory or in a file.
fn sorted(all: RowsBuilder) -> (Rows, Vec<u32>) {
    let (x, y) = larger();
    let block = x.block(0).expect("it is in memory");
    let mut labels = Vec::new();
    for label in 0..LABELS as u32 {
        for number in 0..20 {
            let mut copy = Csr::default();
            for (cells, _) in block.iter().zip(&y).filter(|(_, y)| **y == label) {
                let (columns, values) = cells.iter().map(|c| (c.column, c.value)).unzip();
                copy.push(&Row { columns, values });
                labels.push(label);
            }
            all.add(label as usize * 20 + number, copy).expect("there is room");
        }
    }
    (all.finish(), labels)
}

#[test]
fn rows_in_a_file_and_in_memory_give_the_same_bits() {
    let (x, y) = sorted(RowsBuilder::in_memory(40));
    let (in_file, _) = sorted(RowsBuilder::in_file(40).expect("a temporary file"));
    let weights = vec![1.0; y.len()];
    for solver in [Solver::Dual, Solver::Sparse] {
        let solution = |x| {
            let objective = Objective { x, y: &y, weights: &weights, labels: LABELS, alpha: 1.0 };
            solve(solver, &objective, &SolverSettings::default(), &quiet()).expect("it can be solved")
        };
        let memory = solution(&x);
        assert!(memory.solved.converged, "labels one after the other are no hindrance: {:?}", memory.solved);
        assert_eq!(memory, solution(&in_file), "{solver:?}");
    }
}

#[test]
fn more_labels_than_there_are_kernels_for_are_refused() {
    let (x, y) = larger();
    let weights = vec![1.0; y.len()];
    for (labels, fine) in [(5, true), (70, true), (257, false)] {
        let objective = Objective { x: &x, y: &y, weights: &weights, labels, alpha: 0.2 };
        for solver in [Solver::Dual, Solver::Sparse] {
            let answer = solve(solver, &objective, &SolverSettings::default(), &quiet());
            assert_eq!(answer.as_ref().is_ok_and(|s| s.solved.converged), fine, "{solver:?}, {labels} labels");
        }
    }
}

#[test]
fn coefficients_are_those_of_scikit_learn() {
    let x = small();
    let objective = Objective { x: &x, y: &Y, weights: &[1.0; Y.len()], labels: LABELS, alpha: ALPHA };
    for (name, solver) in solvers() {
        let got = coefficients(&solved(solver, &objective).parameters);
        for label in 0..LABELS {
            assert_near(&got[label], &PLAIN[label], &format!("{name}, label {label}"));
        }
    }
}

#[test]
fn coefficients_with_balanced_labels_are_those_of_scikit_learn() {
    let x = small();
    let weights = Y.map(|label| BALANCED_WEIGHTS[label as usize]);
    let objective = Objective { x: &x, y: &Y, weights: &weights, labels: LABELS, alpha: ALPHA };
    for solver in [Solver::Sparse, Solver::Dual] {
        let got = coefficients(&solved(solver, &objective).parameters);
        for label in 0..LABELS {
            assert_near(&got[label], &BALANCED[label], &format!("{solver:?}, label {label}"));
        }
    }
}

#[test]
fn balanced_weights_are_those_of_scikit_learn() {
    let params = Model::params().class_weight(ClassWeight::Balanced).check().expect("good parameters");
    let got = params.weigh(&Y, LABELS, &[1.0; Y.len()]);
    for (weight, label) in got.iter().zip(Y) {
        assert!((weight - BALANCED_WEIGHTS[label as usize]).abs() < 1e-12, "label {label}: {weight}");
    }
    let twice = params.weigh(&Y, LABELS, &[2.0; Y.len()]);
    assert!(twice.iter().zip(&got).all(|(a, b)| *a == 2.0 * b), "item weights multiply");
}

#[test]
fn without_class_weights_items_keep_their_own() {
    let params = Model::params().class_weight(ClassWeight::None).check().expect("good parameters");
    let own: Vec<f64> = (1..=Y.len()).map(|i| i as f64).collect();
    assert_eq!(params.weigh(&Y, LABELS, &own), own);
}

#[test]
fn the_dense_solver_refuses_unequal_weights_and_names_the_way_out() {
    let x = small();
    let weights = Y.map(|label| BALANCED_WEIGHTS[label as usize]);
    let objective = Objective { x: &x, y: &Y, weights: &weights, labels: LABELS, alpha: ALPHA };
    let message = solve(Solver::Dense, &objective, &tight(), &quiet()).expect_err("weights").to_string();
    assert!(message.contains("weigh") && message.contains("--solver sparse"), "{message}");
}

#[test]
fn the_dense_solver_refuses_a_small_alpha_and_names_what_is_allowed() {
    let x = small();
    let objective = Objective { x: &x, y: &Y, weights: &[1.0; Y.len()], labels: LABELS, alpha: 0.0001 };
    let message = solve(Solver::Dense, &objective, &tight(), &quiet()).expect_err("small alpha").to_string();
    assert!(message.contains("alpha = 0.0001") && message.contains("at least 0.001"), "{message}");
    assert!(solve(Solver::Sparse, &objective, &tight(), &quiet()).is_ok());
}

#[test]
fn solver_names_are_read_and_unknown_ones_refused_with_the_list() {
    for (name, solver) in Solver::ALL {
        assert_eq!(name.parse::<Solver>().expect("a name of the list"), solver);
    }
    let message = "newton".parse::<Solver>().expect_err("no such solver").to_string();
    assert!(message.contains("newton") && Solver::ALL.iter().all(|(name, _)| message.contains(name)), "{message}");
}
