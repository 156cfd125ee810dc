//! The exponential function over the labels of a row. Every solver takes it once or more per row and label; written out
//! here it is computed for all labels at once, and, unlike that of a system library, to the same bits on every machine.

/// Adding and taking away 1.5 * 2^52 rounds to a whole number, which then stands in the lowest bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts, the first with few enough bits for exact multiples.
const LN2: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];
/// Below this the result is so close to 0 that it may as well be this one's.
const LOWEST: f64 = -700.0;
/// 1 / n! for n = 11 down to 2: the Taylor series, short enough for arguments up to ln(2) / 2.
const TAYLOR: [f64; 10] = [
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
];

/// `e^x` of every value; values are at most about 700. The relative error is below 1e-14.
pub fn exp<const L: usize>(x: &[f64; L]) -> [f64; L] {
    let mut out = [0.0; L];
    for (out, x) in out.iter_mut().zip(x) {
        *out = exp_of(*x);
    }
    out
}

/// `e^x` for `x` up to about 700: `2^k` times the series of what is left.
#[inline(always)]
pub fn exp_of(x: f64) -> f64 {
    let x = if x > LOWEST { x } else { LOWEST };
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (x - k * LN2[0]) - k * LN2[1];
    let mut series = TAYLOR[0];
    for coefficient in &TAYLOR[1..] {
        series = series * r + coefficient;
    }
    let near_one = (series * r + 1.0) * r + 1.0;
    f64::from_bits(near_one.to_bits().wrapping_add(shifted.to_bits() << 52))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_the_standard_library() {
        for i in -60_000..=60_000 {
            let x = f64::from(i) * 0.010_37;
            let (got, want) = (exp_of(x), x.exp());
            assert!((got - want).abs() <= 1e-14 * want, "e^{x}: {got} instead of {want}");
        }
        assert_eq!(exp(&[0.0, f64::NEG_INFINITY, -1e9]), [1.0, exp_of(-700.0), exp_of(-700.0)]);
    }
}
