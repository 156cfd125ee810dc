//! Work for the processor, kept off the threads that serve connections: as many pieces at a time as there are threads,
//! the others wait in the order of their coming, and nobody waits longer than the time-out.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::problem::{Answer, Problem};

/// Where work is done.
pub struct Work {
    threads: Arc<Semaphore>,
    timeout: Duration,
}

impl Work {
    /// A place for `threads` pieces of work at a time.
    pub fn new(threads: usize, timeout: Duration) -> Work {
        Work { threads: Arc::new(Semaphore::new(threads)), timeout }
    }

    /// Does a piece of work. What is begun is carried through, even when nobody waits any more.
    ///
    /// # Errors
    /// 504 if it takes longer than the time-out, waiting for a thread included; 500 if it panics.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
        let done = async {
            let thread = self.threads.clone().acquire_owned().await;
            spawn_blocking(move || {
                let _thread = thread;
                work()
            })
            .await
        };
        match tokio::time::timeout(self.timeout, done).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(_)) => Err(Problem::fault("the work on this request failed")),
            Err(_) => Err(self.too_slow()),
        }
    }

    /// Does a piece of work on this thread, which must be one for blocking work, when one of the places is free.
    pub fn turn<T>(&self, work: impl FnOnce() -> T) -> T {
        let _thread = Handle::current().block_on(self.threads.acquire());
        work()
    }

    fn too_slow(&self) -> Problem {
        let detail = format!("the answer was not there after {} s", self.timeout.as_secs_f64());
        let help = "send less at a time, try later, or start the server with a longer --timeout";
        Problem::new(StatusCode::GATEWAY_TIMEOUT, "too-slow", "The work took too long", detail, help)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
    }

    #[test]
    fn no_more_runs_than_there_are_threads() {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let work = Arc::new(Work::new(2, Duration::from_secs(10)));
        let piece = |_| {
            let (now, most, work) = (now.clone(), most.clone(), work.clone());
            tokio::spawn(async move {
                let one = move || {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_millis(10));
                    now.fetch_sub(1, Ordering::SeqCst);
                };
                work.run(one).await
            })
        };
        block_on(async {
            for piece in (0..8).map(piece).collect::<Vec<_>>() {
                assert_eq!(piece.await.unwrap(), Ok(()));
            }
        });
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_turn_waits_for_a_place() {
        let work = Arc::new(Work::new(1, Duration::from_secs(10)));
        let done = Arc::new(AtomicBool::new(false));
        block_on(async {
            let (begin, begun) = tokio::sync::oneshot::channel();
            let (first, second, first_done) = (work.clone(), work, done.clone());
            let piece = move || {
                begin.send(()).unwrap();
                std::thread::sleep(Duration::from_millis(50));
                first_done.store(true, Ordering::SeqCst);
            };
            let first = tokio::spawn(async move { first.run(piece).await });
            begun.await.unwrap();
            assert!(spawn_blocking(move || second.turn(|| done.load(Ordering::SeqCst))).await.unwrap());
            first.await.unwrap().unwrap();
        });
    }

    #[test]
    fn slow_work_and_panics_are_problems() {
        let work = Work::new(1, Duration::from_millis(20));
        block_on(async {
            let slow = work.run(|| std::thread::sleep(Duration::from_millis(200))).await;
            assert_eq!(slow.unwrap_err().status, 504);
            let waiting = work.run(|| ()).await;
            assert_eq!(waiting.unwrap_err().status, 504, "the thread is still taken");
        });
        let work = Work::new(1, Duration::from_secs(10));
        block_on(async {
            assert_eq!(work.run(|| panic!("on purpose")).await.unwrap_err().status, 500);
            assert_eq!(work.run(|| 7).await, Ok(7), "the thread is free again");
        });
    }
}
