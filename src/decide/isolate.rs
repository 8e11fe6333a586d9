//! Runs foreign code where it can do no harm: on a thread of its own, with a large stack and a deadline. Does not know
//! what it runs.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread::Builder;
use std::time::Duration;

/// The name of the threads on which policies run; a panic hook keeps quiet about them, since a panic there is caught
/// and becomes a decision.
pub const THREAD_NAME: &str = "attest-policy";

/// Enough for the deepest policy that [`super::scan`] lets through; reserved, not touched.
const STACK_BYTES: usize = 256 << 20;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The system gave no thread.
    NoThread,
    /// The deadline passed. The thread is left behind: no safe language can stop one from outside, and the engine's own
    /// timer, which fires long before, ends nearly all of them.
    Late,
    /// The code panicked.
    Panicked,
}

/// Runs `work` and waits for it at most `deadline`.
pub(super) fn isolated<T: Send + 'static>(
    deadline: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Trouble> {
    let (sender, receiver) = sync_channel(1);
    let run = move || {
        // A receiver that gave up is no concern of ours.
        let _ = sender.send(work());
    };
    Builder::new().name(THREAD_NAME.to_owned()).stack_size(STACK_BYTES).spawn(run).map_err(|_| Trouble::NoThread)?;
    receiver.recv_timeout(deadline).map_err(|error| match error {
        RecvTimeoutError::Timeout => Trouble::Late,
        RecvTimeoutError::Disconnected => Trouble::Panicked,
    })
}

#[cfg(test)]
mod tests {
    use super::{Trouble, isolated};
    use std::time::Duration;

    #[test]
    fn answers_delays_and_panics_are_told_apart() {
        assert_eq!(isolated(Duration::from_secs(5), || 7), Ok(7));
        let slow = || std::thread::sleep(Duration::from_secs(2));
        assert_eq!(isolated(Duration::from_millis(5), slow), Err(Trouble::Late));
        assert_eq!(isolated(Duration::from_secs(5), || assert!(std::hint::black_box(false))), Err(Trouble::Panicked));
    }
}
