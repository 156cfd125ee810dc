//! An ordered parallel stream: work is spread over threads, results come out in the order of the input, and memory
//! holds a bounded number of inputs, however long the stream is.

use rayon::prelude::*;

/// Inputs in memory at a time, per thread.
const PER_THREAD: usize = 64;

/// Takes inputs one after the other, works on a bounded batch of them in parallel, and hands the results on in order.
/// Each thread works with a workspace of its own. Stops at the first error of `hand_on`.
///
/// # Errors
/// What `hand_on` says.
pub fn ordered<T: Send, U: Send, W: Default + Send, E>(
    mut input: impl Iterator<Item = T>,
    work: impl Fn(T, &mut W) -> U + Sync,
    mut hand_on: impl FnMut(U) -> Result<(), E>,
) -> Result<(), E> {
    let size = PER_THREAD * rayon::current_num_threads();
    let mut batch = Vec::with_capacity(size);
    loop {
        batch.extend(input.by_ref().take(size));
        if batch.is_empty() {
            return Ok(());
        }
        let results: Vec<U> = batch.par_drain(..).map_init(W::default, |workspace, t| work(t, workspace)).collect();
        for result in results {
            hand_on(result)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_and_the_first_error_stops() {
        let mut seen = Vec::new();
        let double = |i: u64, _: &mut ()| i * 2;
        let done: Result<(), ()> = ordered(0..10_000, double, |v| {
            seen.push(v);
            Ok(())
        });
        assert!(done.is_ok());
        assert!(seen.iter().enumerate().all(|(i, v)| *v == 2 * i as u64));
        let stopped = ordered(0..10_000, double, |v| if v == 30 { Err(v) } else { Ok(()) });
        assert_eq!(stopped, Err(30));
    }
}
