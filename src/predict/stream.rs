//! An ordered parallel stream: inputs are read and results handed on by the calling thread while the threads of the pool
//! work, results come out in the order of the input, and memory holds a bounded amount of it, however long it is.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::sync::{Mutex, PoisonError};

/// A batch, the unit of work, is closed at so many inputs or so many bytes.
const BATCH: usize = 16;
const BATCH_BYTES: usize = 1 << 18;

/// So many batches and bytes per thread are read ahead of what was handed on.
const BATCHES_AHEAD: usize = 4;
const BYTES_AHEAD: usize = 1 << 24;

/// Takes inputs one after the other, works on batches of them in parallel, and hands the results on in order. `size`
/// tells the bytes of an input; inputs in memory are bounded by number and by bytes, except that one input of any size
/// always is let in. Each thread works with a workspace of its own. Stops at the first error of `hand_on`. Not to be
/// called from a thread of the pool, as it waits for the others.
///
/// # Errors
/// What `hand_on` says.
pub fn ordered<T: Send, U: Send, W: Default + Send, E>(
    mut input: impl Iterator<Item = T>,
    size: impl Fn(&T) -> usize,
    work: impl Fn(T, &mut W) -> U + Sync,
    mut hand_on: impl FnMut(U) -> Result<(), E>,
) -> Result<(), E> {
    let threads = rayon::current_num_threads();
    let workspaces: Mutex<Vec<W>> = Mutex::default();
    let stopped = AtomicBool::new(false);
    let (work, workspaces, stopped) = (&work, &workspaces, &stopped);
    rayon::in_place_scope(|scope| {
        let mut ahead = Ahead { batches: VecDeque::new(), bytes: 0 };
        let result = loop {
            let (batch, bytes) = next_batch(&mut input, &size);
            let done = batch.is_empty();
            if !done {
                let (sender, results) = sync_channel(1);
                scope.spawn(move |_| {
                    // Nobody listens after an error.
                    let _ = sender.send(work_on(batch, work, workspaces, stopped));
                });
                ahead.bytes += bytes;
                ahead.batches.push_back((results, bytes));
            }
            let full = |a: &Ahead<U>| a.batches.len() >= BATCHES_AHEAD * threads || a.bytes > BYTES_AHEAD * threads;
            match ahead.hand_on(|a| done || full(a), &mut hand_on) {
                Ok(true) if !done => {}
                result => break result.map(|_| ()),
            }
        };
        stopped.store(true, Ordering::Relaxed);
        result
    })
}

/// The next inputs and their bytes; no input at the end.
fn next_batch<T>(input: &mut impl Iterator<Item = T>, size: impl Fn(&T) -> usize) -> (Vec<T>, usize) {
    let (mut batch, mut bytes) = (Vec::with_capacity(BATCH), 0);
    while batch.len() < BATCH && bytes < BATCH_BYTES {
        let Some(next) = input.next() else { break };
        bytes += size(&next);
        batch.push(next);
    }
    (batch, bytes)
}

/// Works on a batch with a workspace that nobody else uses; stops early where the results are not wanted any more.
fn work_on<T, U, W: Default>(
    batch: Vec<T>,
    work: impl Fn(T, &mut W) -> U,
    workspaces: &Mutex<Vec<W>>,
    stopped: &AtomicBool,
) -> Vec<U> {
    let free = || workspaces.lock().unwrap_or_else(PoisonError::into_inner);
    let mut workspace = free().pop().unwrap_or_default();
    let inputs = batch.into_iter().take_while(|_| !stopped.load(Ordering::Relaxed));
    let results = inputs.map(|input| work(input, &mut workspace)).collect();
    free().push(workspace);
    results
}

/// Batches under work, in order, each with the place where its results will come and its bytes.
struct Ahead<U> {
    batches: VecDeque<(Receiver<Vec<U>>, usize)>,
    bytes: usize,
}

impl<U> Ahead<U> {
    /// Hands on what is ready at the front, and waits for it as long as `must` says so; false where none will come.
    fn hand_on<E>(
        &mut self,
        must: impl Fn(&Self) -> bool,
        hand_on: &mut impl FnMut(U) -> Result<(), E>,
    ) -> Result<bool, E> {
        while let Some((front, bytes)) = self.batches.front() {
            let results = match front.try_recv() {
                Ok(results) => results,
                Err(TryRecvError::Empty) if !must(self) => return Ok(true),
                // A batch without results panicked; the scope passes the panic on when it ends.
                _ => match front.recv() {
                    Ok(results) => results,
                    Err(_) => return Ok(false),
                },
            };
            self.bytes -= bytes;
            self.batches.pop_front();
            results.into_iter().try_for_each(&mut *hand_on)?;
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn order_is_kept_and_the_first_error_stops() {
        let mut seen = Vec::new();
        let double = |i: u64, _: &mut ()| i * 2;
        let done: Result<(), ()> = ordered(
            0..10_000,
            |_| 1,
            double,
            |v| {
                seen.push(v);
                Ok(())
            },
        );
        assert!(done.is_ok());
        assert!(seen.len() == 10_000 && seen.iter().enumerate().all(|(i, v)| *v == 2 * i as u64));
        let taken = Cell::new(0);
        let endless = (0..).inspect(|_| taken.set(taken.get() + 1));
        let stopped = ordered(endless, |_| 1, double, |v| if v == 30 { Err(v) } else { Ok(()) });
        assert_eq!(stopped, Err(30));
        assert!(taken.get() <= 2 * BATCH * (BATCHES_AHEAD * rayon::current_num_threads() + 1));
    }

    /// The most inputs that were read and not handed on yet, for inputs of `size` bytes.
    fn most_ahead(inputs: usize, size: usize) -> usize {
        let (taken, given, most) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let input = (0..inputs).inspect(|_| {
            taken.set(taken.get() + 1);
            most.set(most.get().max(taken.get() - given.get()));
        });
        let hand_on = |_| {
            given.set(given.get() + 1);
            Ok::<(), ()>(())
        };
        ordered(input, |_| size, |i, _: &mut ()| i, hand_on).unwrap();
        assert_eq!(given.get(), inputs);
        most.get()
    }

    #[test]
    fn memory_is_bounded_by_number_and_by_bytes() {
        let threads = rayon::current_num_threads();
        assert!(most_ahead(5_000, 1) <= BATCH * BATCHES_AHEAD * threads);
        // Every such input is a batch, and more than a third of what may be ahead of one thread.
        assert!(most_ahead(200, 6_000_000) <= 3 * threads + 1);
        assert_eq!(most_ahead(20, usize::MAX / 2), 1);
    }

    #[test]
    #[should_panic(expected = "at 100")]
    fn a_panic_is_passed_on() {
        let work = |i: u32, _: &mut ()| assert!(i != 100, "at {i}");
        let _ = ordered(0.., |_| 1, work, Ok::<(), ()>);
    }
}
