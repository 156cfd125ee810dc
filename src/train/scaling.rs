//! Scaling of logits so that probabilities mean what they say: temperature scaling (one factor for all labels) and
//! vector scaling (a factor and a shift per label), fitted by least negative log-likelihood on logits that the model was
//! not trained on. Source: Guo, Pleiss, Sun & Weinberger 2017, "On calibration of modern neural networks", section 4.2.
//!
//! Both objectives are convex. The same bytes on every machine: exponentials come from `exp`.

use super::crossfit::Logits;
use super::exp::exp_of;

/// Bounds of the factor 1/T of temperature scaling; reached only where all items are right or all are noise.
const FACTORS: [f64; 2] = [0.05, 20.0];
/// At most so many Newton steps; a handful is the rule.
const MOST_STEPS: usize = 100;
/// Relative size of a step at which the fit is done.
const TINY: f64 = 1e-12;

/// Logit `z_j` of label `j` becomes `scale_j * z_j + shift_j`.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    /// A factor per label.
    pub scale: Vec<f64>,
    /// An addend per label; they sum to 0.
    pub shift: Vec<f64>,
}

impl Scaling {
    /// The scaling that changes nothing.
    pub fn identity(labels: usize) -> Self {
        Scaling { scale: vec![1.0; labels], shift: vec![0.0; labels] }
    }

    /// The temperature that fits the items best, the same for all labels: 1 / T in [0.05, 20].
    ///
    /// The derivative of the negative log-likelihood by 1 / T never falls, so its root is kept between two bounds;
    /// Newton's step is taken where it stays between them and their middle where it does not.
    pub fn temperature(logits: &Logits) -> Self {
        let [mut low, mut high] = FACTORS;
        let mut factor = 1.0f64;
        for _ in 0..MOST_STEPS {
            let (slope, curvature) = slope_and_curvature(logits, factor);
            if slope > 0.0 {
                high = factor
            } else {
                low = factor
            }
            let newton = factor - slope / curvature;
            let next = if newton > low && newton < high { newton } else { (low + high) / 2.0 };
            let step = (next - factor).abs();
            factor = next;
            if step <= TINY * factor {
                break;
            }
        }
        Scaling { scale: vec![factor; logits.labels], shift: vec![0.0; logits.labels] }
    }

    /// The factors and shifts that fit the items best, by Newton's method from the temperature on.
    pub fn vector(logits: &Logits) -> Self {
        let k = logits.labels;
        let mut scaling = Scaling::temperature(logits);
        let mut value = scaling.loss(logits);
        for _ in 0..MOST_STEPS {
            let (gradient, hessian) = derivatives(logits, &scaling);
            let Some(step) = solve_damped(hessian, gradient) else { break };
            // Halved until the loss falls, which a step from a convex function's Newton direction does.
            let tried = (0..30).map(|halvings| {
                let share = 0.5f64.powi(halvings);
                let moved = |at: &[f64], by: &[f64]| at.iter().zip(by).map(|(a, b)| a - share * b).collect();
                let next =
                    Scaling { scale: moved(&scaling.scale, &step[..k]), shift: moved(&scaling.shift, &step[k..]) };
                (next.loss(logits), next)
            });
            let Some((lower, mut next)) = tried.into_iter().find(|(loss, _)| *loss < value) else { break };
            let mean = next.shift.iter().sum::<f64>() / k as f64;
            next.shift.iter_mut().for_each(|shift| *shift -= mean);
            let gained = value - lower;
            (scaling, value) = (next, lower);
            if gained <= TINY * value {
                break;
            }
        }
        scaling
    }

    /// Scaled logits.
    pub fn apply(&self, z: &[f64]) -> Vec<f64> {
        z.iter().zip(&self.scale).zip(&self.shift).map(|((z, scale), shift)| scale * z + shift).collect()
    }

    /// The parameters of a linear model (feature by feature, biases last) whose logits are the scaled ones of `parameters`.
    pub fn fold_into(&self, parameters: &mut [f64]) {
        let k = self.scale.len();
        for of_column in parameters.chunks_exact_mut(k) {
            of_column.iter_mut().zip(&self.scale).for_each(|(weight, scale)| *weight *= scale);
        }
        let first = parameters.len() - k;
        parameters[first..].iter_mut().zip(&self.shift).for_each(|(bias, shift)| *bias += shift);
    }

    /// Mean negative log-likelihood over the items, weighted, in nats.
    pub fn loss(&self, logits: &Logits) -> f64 {
        let (mut sum, mut total) = (0.0, 0.0);
        for (z, y, weight) in logits.iter() {
            let scaled = self.apply(z);
            let top = scaled.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let all: f64 = scaled.iter().map(|z| exp_of(z - top)).sum();
            sum += weight * (all.ln() + top - scaled[y]);
            total += weight;
        }
        sum / total
    }
}

/// The softmax, by the written-out exponential.
pub fn softmax(z: &[f64]) -> Vec<f64> {
    let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut p: Vec<f64> = z.iter().map(|z| exp_of(z - top)).collect();
    let sum: f64 = p.iter().sum();
    p.iter_mut().for_each(|p| *p /= sum);
    p
}

/// First and second derivative of the summed negative log-likelihood by the common factor: mean logit minus that of the
/// label, and the variance of the logits, under the scaled probabilities.
fn slope_and_curvature(logits: &Logits, factor: f64) -> (f64, f64) {
    let (mut slope, mut curvature) = (0.0, 0.0);
    for (z, y, weight) in logits.iter() {
        let p = softmax(&z.iter().map(|z| factor * z).collect::<Vec<_>>());
        let mean: f64 = p.iter().zip(z).map(|(p, z)| p * z).sum();
        slope += weight * (mean - z[y]);
        curvature += weight * p.iter().zip(z).map(|(p, z)| p * (z - mean).powi(2)).sum::<f64>();
    }
    (slope, curvature)
}

/// Gradient and Hessian of the summed negative log-likelihood, scales first, then shifts.
fn derivatives(logits: &Logits, scaling: &Scaling) -> (Vec<f64>, Vec<Vec<f64>>) {
    let k = logits.labels;
    let (mut gradient, mut hessian) = (vec![0.0; 2 * k], vec![vec![0.0; 2 * k]; 2 * k]);
    for (z, y, weight) in logits.iter() {
        let p = softmax(&scaling.apply(z));
        for j in 0..k {
            let residual = weight * (p[j] - if j == y { 1.0 } else { 0.0 });
            gradient[j] += residual * z[j];
            gradient[k + j] += residual;
            for l in 0..k {
                let h = weight * p[j] * (if j == l { 1.0 } else { 0.0 } - p[l]);
                hessian[j][l] += h * z[j] * z[l];
                hessian[j][k + l] += h * z[j];
                hessian[k + j][l] += h * z[l];
                hessian[k + j][k + l] += h;
            }
        }
    }
    (gradient, hessian)
}

/// Solves `(H + damping) x = g` by Cholesky's factorisation. Equal shifts of all labels change nothing, so `H` alone is
/// singular; the damping is far below what matters otherwise. `None` for values that are no numbers.
fn solve_damped(mut h: Vec<Vec<f64>>, mut x: Vec<f64>) -> Option<Vec<f64>> {
    let n = x.len();
    let damping = 1e-10 * (0..n).map(|i| h[i][i]).sum::<f64>() / n as f64;
    (0..n).for_each(|i| h[i][i] += damping);
    for i in 0..n {
        for j in 0..=i {
            let sum: f64 = h[i][j] - (0..j).map(|l| h[i][l] * h[j][l]).sum::<f64>();
            if i == j && (sum.is_nan() || sum <= 0.0) {
                return None;
            }
            h[i][j] = if i == j { sum.sqrt() } else { sum / h[j][j] };
        }
    }
    for i in 0..n {
        x[i] = (x[i] - (0..i).map(|l| h[i][l] * x[l]).sum::<f64>()) / h[i][i];
    }
    for i in (0..n).rev() {
        x[i] = (x[i] - (i + 1..n).map(|l| h[l][i] * x[l]).sum::<f64>()) / h[i][i];
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The problem of the snippet below, a quarter of its items with labels that do not follow from their logits.
    fn noisy() -> Logits {
        let values = (0..60 * 3).map(|at| {
            let (i, j) = (at / 3, at % 3);
            2.0 * (((i * 7 + j * 5) % 13) as f64 / 3.0 - 2.0 + if j == 0 { 0.5 } else { 0.0 })
        });
        let values: Vec<f64> = values.collect();
        let best = |i: usize| {
            let z = &values[i * 3..i * 3 + 3];
            (1..3).fold(0, |best, j| if z[j] > z[best] { j } else { best })
        };
        let y = (0..60).map(|i| if i % 4 == 0 { i / 4 % 3 } else { best(i) } as u32).collect();
        let weights = (0..60).map(|i| [0.5, 1.0, 2.0][i % 3]).collect();
        Logits { labels: 3, values, y, weights }
    }

    fn assert_near(got: &[f64], expected: &[f64], near: f64) {
        assert_eq!(got.len(), expected.len());
        assert!(got.iter().zip(expected).all(|(a, b)| (a - b).abs() < near), "{got:?} instead of {expected:?}");
    }

    // scipy 1.17.1, with z and w as in `noisy` and y its labels:
    //   nll = lambda z: -(w * log_softmax(z, axis=1)[np.arange(60), y]).sum() / w.sum()
    //   minimize_scalar(lambda f: nll(f * z), bounds=(0.05, 20), method="bounded", options={"xatol": 1e-13})
    //   minimize(lambda t: nll(z * t[:3] + t[3:]), [1] * 3 + [0] * 3, method="BFGS"), polished by Nelder-Mead
    #[test]
    fn the_temperature_is_that_of_scipy() {
        let logits = noisy();
        let scaling = Scaling::temperature(&logits);
        assert_near(&scaling.scale, &[0.986_655_927_343_763 / 2.0; 3], 1e-7);
        assert_eq!(scaling.shift, [0.0; 3]);
        assert!((scaling.loss(&logits) - 0.655_257_185_401_874).abs() < 1e-12);
    }

    #[test]
    fn the_vector_is_that_of_scipy() {
        let logits = noisy();
        let scaling = Scaling::vector(&logits);
        assert_near(&scaling.scale, &[1.824_605_219 / 2.0, 1.374_064_451 / 2.0, 0.399_445_767 / 2.0], 1e-6);
        assert_near(&scaling.shift, &[-0.870_278_002, 0.140_999_647, 0.729_278_355], 1e-6);
        assert!((scaling.loss(&logits) - 0.573_114_964_131_017).abs() < 1e-12);
    }

    #[test]
    fn items_that_are_all_right_or_all_noise_stay_in_bounds() {
        let logits = |y: Vec<u32>| Logits { labels: 2, values: [1.0, 0.0].repeat(4), weights: vec![1.0; 4], y };
        let [low, high] = FACTORS;
        assert_near(&Scaling::temperature(&logits(vec![0; 4])).scale, &[high; 2], 1e-6);
        assert_near(&Scaling::temperature(&logits(vec![1; 4])).scale, &[low; 2], 1e-6);
        assert!(Scaling::vector(&logits(vec![0; 4])).scale.iter().all(|scale| scale.is_finite()));
        let none = Logits { values: vec![0.0; 8], ..logits(vec![0; 4]) };
        assert!(Scaling::temperature(&none).scale[0].is_finite());
    }

    #[test]
    fn folded_parameters_give_the_scaled_logits() {
        let scaling = Scaling { scale: vec![0.5, 2.0], shift: vec![-0.25, 0.25] };
        let mut parameters = vec![1.0, -1.0, 3.0, 0.5, 0.125, 0.25];
        let logits =
            |p: &[f64], x: [f64; 2]| -> Vec<f64> { (0..2).map(|j| x[0] * p[j] + x[1] * p[2 + j] + p[4 + j]).collect() };
        let expected = scaling.apply(&logits(&parameters, [0.5, -2.0]));
        scaling.fold_into(&mut parameters);
        assert_eq!(logits(&parameters, [0.5, -2.0]), expected);
    }
}
