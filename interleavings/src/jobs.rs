//! Scenarios of one job and those who wait for it.

use shuttle::thread;

use crate::error::StoreError;
use crate::job::{Abandoned, Job};
use crate::sync::{Arc, AtomicUsize, Mutex, Ordering};

/// A request gives up while its work commits, and the database may refuse it. "Nothing was written" is said only when nothing is.
pub fn told_is_true() {
    for refused in [false, true] {
        let job = Job::new(&Abandoned::default());
        let waiting = job.wait();
        let written = Arc::new(AtomicUsize::new(0));
        let database = Arc::clone(&written);
        let worker = thread::spawn(move || {
            let _working = job.work();
            for _ in 0..2 {
                if job.check().is_err() || job.send().is_err() {
                    return;
                }
                if !refused {
                    database.store(1, Ordering::SeqCst);
                    return;
                }
                job.take_back();
            }
        });
        let told = waiting.give_up();
        worker.join().expect("the work ends");
        let written = written.load(Ordering::SeqCst) == 1;
        assert!(!(written && matches!(told, StoreError::Late)), "{told:?}");
    }
}

/// A client hangs up while its read runs on a process of PostgreSQL, which takes other work as soon as the read has ended. What
/// is cancelled is the read.
pub fn a_cancelled_backend_reads_for_nobody() {
    let job = Job::new(&Abandoned::default());
    let waiting = job.wait();
    let reader = Arc::new(Mutex::new(None));
    let (own, backend) = (Arc::clone(&job), Arc::clone(&reader));
    let worker = thread::spawn(move || {
        let set = |name| *backend.lock().expect("a lock") = Some(name);
        // It may find that nobody waits for it.
        let _ = own.reads_by(Some(7), || {
            set("the read");
            thread::yield_now();
            Ok(())
        });
        set("another");
    });
    let canceller = thread::spawn(move || {
        job.cancel(|process| {
            assert_eq!(process, 7);
            let at = *reader.lock().expect("a lock");
            assert_ne!(at, Some("another"), "an innocent statement is cancelled");
        })
    });
    drop(waiting);
    worker.join().expect("the work ends");
    canceller.join().expect("nobody else is cancelled");
}

/// Waiters leave, each in its own way, while their work ends. The count of abandoned work comes back to none.
pub fn abandoned_work_is_counted() {
    let abandoned = Abandoned::default();
    let workers: Vec<_> = (0..3)
        .map(|number| {
            let job = Job::new(&abandoned);
            let waiting = job.wait();
            let worker = thread::spawn(move || drop(job.work()));
            match number {
                0 => drop(waiting.give_up()),
                1 => drop(waiting),
                _ => {
                    worker.join().expect("the work ends");
                    drop(waiting);
                    return None;
                }
            }
            Some(worker)
        })
        .collect();
    for worker in workers.into_iter().flatten() {
        worker.join().expect("the work ends");
    }
    assert_eq!(abandoned.count(), 0);
}
