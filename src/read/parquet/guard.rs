//! Keeps panics of the crate inside: some of its decoders index by numbers that stand in the file, which a broken or
//! hostile one gets wrong. Such a file is damaged, not a reason to end.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use parquet::errors::{ParquetError, Result};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs what reads a file; a panic becomes an error, and is not printed. What was being read must not be used after one.
///
/// # Errors
/// Those of the work, or that it panicked.
pub fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |info| {
            if !GUARDED.try_with(Cell::get).unwrap_or(false) {
                usual(info);
            }
        }));
    });
    GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(false);
    result.unwrap_or_else(|_| Err(ParquetError::General("it cannot be decoded".into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_inside_and_a_panic_outside() {
        let inside = guarded(|| -> Result<u32> { panic!("index out of bounds") });
        assert!(inside.unwrap_err().to_string().contains("it cannot be decoded"));
        assert_eq!(guarded(|| Ok(7)).unwrap(), 7);
        assert!(!GUARDED.get());
    }
}
