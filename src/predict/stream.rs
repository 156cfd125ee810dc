//! An ordered parallel stream: work is spread over threads, results come out in the order of the input, and memory is
//! bounded by the size of what is worked on, however long the stream is.
//!
//! There is no thread for reading and none for writing: whoever is free takes the next input, works on it and hands on
//! what is ready. So every thread is busy all the time, and never more inputs are in memory than there are threads.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard};

/// Results that wait for an earlier one may take so many bytes before no more input is taken. A long article keeps one
/// thread busy while the others go on; this is more than they make in that time, unless it is very long.
const WAITING: usize = 32 << 20;

/// What a result counts at least, whatever its size.
const LEAST: usize = 256;

/// Takes inputs one after the other, works on them in parallel, and hands the results on in order. Each thread works
/// with a workspace of its own. `size` says how many bytes a result takes. Stops at the first error of `hand_on`.
///
/// # Errors
/// What `hand_on` says.
pub fn ordered<T, U: Send, W: Default, E: Send>(
    input: impl Iterator<Item = T> + Send,
    work: impl Fn(T, &mut W) -> U + Sync,
    size: impl Fn(&U) -> usize + Sync,
    hand_on: impl FnMut(U) -> Result<(), E> + Send,
) -> Result<(), E> {
    let input = Mutex::new(input.enumerate().fuse());
    let stream = Stream { results: Mutex::new(Results::new(hand_on)), room: Condvar::new() };
    rayon::broadcast(|_| {
        let _guard = StopOnPanic(&stream);
        let mut workspace = W::default();
        while stream.wait_for_room() {
            let next = input.lock().expect("nobody panicked").next();
            let Some((number, item)) = next else { return };
            let result = work(item, &mut workspace);
            let bytes = size(&result).max(LEAST);
            stream.give(number, result, bytes);
        }
    });
    let results = stream.results.into_inner().expect("nobody panicked");
    results.error.map_or(Ok(()), Err)
}

/// What the threads share.
struct Stream<U, E, F: FnMut(U) -> Result<(), E>> {
    results: Mutex<Results<U, E, F>>,
    /// Signalled when results were handed on, or the stream has stopped.
    room: Condvar,
}

impl<U, E, F: FnMut(U) -> Result<(), E>> Stream<U, E, F> {
    /// Waits until another input may be taken; `false` if the stream has stopped. Who waits here holds no input: the
    /// result that the others wait for is always being worked on.
    fn wait_for_room(&self) -> bool {
        let full = |results: &mut Results<U, E, F>| !results.stopped && results.bytes > WAITING;
        !self.room.wait_while(self.lock(), full).expect("nobody panicked").stopped
    }

    fn give(&self, number: usize, result: U, bytes: usize) {
        self.lock().give(number, result, bytes);
        self.room.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Results<U, E, F>> {
        self.results.lock().expect("nobody panicked")
    }
}

/// Results on their way out.
struct Results<U, E, F> {
    /// Number of the next to be handed on.
    next: usize,
    /// Those that wait for it, with their sizes.
    waiting: BTreeMap<usize, (U, usize)>,
    /// The sum of these sizes.
    bytes: usize,
    stopped: bool,
    error: Option<E>,
    hand_on: F,
}

impl<U, E, F: FnMut(U) -> Result<(), E>> Results<U, E, F> {
    fn new(hand_on: F) -> Self {
        Results { next: 0, waiting: BTreeMap::new(), bytes: 0, stopped: false, error: None, hand_on }
    }

    /// Takes a result in and hands on all that are ready.
    fn give(&mut self, number: usize, result: U, bytes: usize) {
        self.waiting.insert(number, (result, bytes));
        self.bytes += bytes;
        while !self.stopped
            && let Some((result, bytes)) = self.waiting.remove(&self.next)
        {
            self.next += 1;
            self.bytes -= bytes;
            if let Err(error) = (self.hand_on)(result) {
                self.error = Some(error);
                self.stopped = true;
            }
        }
    }
}

/// Ends the other threads where one panics: the result that they wait for will never come.
struct StopOnPanic<'s, U, E, F: FnMut(U) -> Result<(), E>>(&'s Stream<U, E, F>);

impl<U, E, F: FnMut(U) -> Result<(), E>> Drop for StopOnPanic<'_, U, E, F> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).stopped = true;
            self.0.room.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::time::Duration;

    use super::*;

    fn pool(threads: usize) -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
    }

    #[test]
    fn order_is_kept_and_the_first_error_stops() {
        for threads in 1..=4 {
            let mut seen = Vec::new();
            let double = |i: u64, _: &mut ()| i * 2;
            let done: Result<(), ()> = pool(threads).install(|| {
                ordered(
                    0..10_000,
                    double,
                    |_| 1,
                    |v| {
                        seen.push(v);
                        Ok(())
                    },
                )
            });
            assert!(done.is_ok());
            assert_eq!(seen, (0..10_000).map(|i| 2 * i).collect::<Vec<u64>>());
            let taken = AtomicUsize::new(0);
            let input = (0..10_000).inspect(|_| {
                taken.fetch_add(1, SeqCst);
            });
            let fail = |v| if v == 30 { Err(v) } else { Ok(()) };
            assert_eq!(pool(threads).install(|| ordered(input, double, |_| 1, fail)), Err(30));
            assert!(taken.load(SeqCst) < 10_000, "the rest is not read");
        }
    }

    #[test]
    fn results_that_wait_for_a_slow_one_are_bounded_by_their_bytes() {
        let (made, most, out) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |i: usize, _: &mut ()| {
            // The first waits until the others have nothing more to do.
            let mut before = usize::MAX;
            while i == 0 && before != made.load(SeqCst) {
                before = made.load(SeqCst);
                std::thread::sleep(Duration::from_millis(50));
            }
            let waiting = made.fetch_add(1, SeqCst) + 1 - out.load(SeqCst);
            most.fetch_max(waiting, SeqCst);
        };
        let hand_on = |()| {
            out.fetch_add(1, SeqCst);
            Ok::<(), ()>(())
        };
        pool(3).install(|| ordered(0..1000, work, |()| WAITING / 10, hand_on)).unwrap();
        assert_eq!(out.load(SeqCst), 1000);
        assert!(most.load(SeqCst) <= 10 + 2 * 3, "{} results of a tenth of the limit were there", most.load(SeqCst));
    }

    #[test]
    fn a_panic_ends_the_stream() {
        let work = |i: usize, _: &mut ()| assert_ne!(i, 5, "made up");
        let run = || pool(2).install(|| ordered(0.., work, |()| WAITING / 10, |()| Ok::<(), ()>(())));
        assert!(std::panic::catch_unwind(run).is_err());
    }
}
