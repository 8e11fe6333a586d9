//! Programs as children: an argument vector without a shell, input, output, a deadline and limits. Does not know what they
//! are for.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{ErrorKind, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How much of a program's standard error is kept, bytes from its start.
const STDERR_BYTES: usize = 16 << 10;
/// How long the output of a program that has ended may still come in: something that it started holds the pipe open.
const GRACE: Duration = Duration::from_millis(500);
/// How often a child is looked at that may have ended, at most.
const PAUSE: Duration = Duration::from_millis(5);

/// The children that nobody has waited for, by their numbers: while a number stands here it is no other's.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

fn running() -> MutexGuard<'static, BTreeSet<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends all children and what they started. Who waits for them sees that a signal ended them.
pub(super) fn end_all() {
    for child in running().iter() {
        end_group(*child);
    }
}

/// Ends a child that nobody has waited for, and what it started. That nothing is left to end is no error.
fn end_group(child: u32) {
    #[cfg(unix)]
    if let Ok(group) = i32::try_from(child) {
        let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), nix::sys::signal::Signal::SIGKILL);
    }
    #[cfg(not(unix))]
    let _ = child;
}

/// A program to run.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// Its name or path, then its arguments; no shell reads them.
    pub argv: &'a [String],
    /// What it reads on its standard input.
    pub input: &'a [u8],
    /// Variables that it does not inherit.
    pub without: &'a [&'a str],
    /// How long it may take.
    pub timeout: Duration,
    /// Most bytes that it may write to its standard output.
    pub output_limit: usize,
}

impl Program<'_> {
    /// Its name or path, as it was given.
    pub fn name(&self) -> &str {
        self.argv.first().map_or("", String::as_str)
    }
}

/// How a program ended by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Its exit code; nothing where a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to its standard output, all of it.
    pub stdout: Vec<u8>,
    /// The start of what it wrote to its standard error.
    pub stderr: Vec<u8>,
}

/// Why a program did not run to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// There is no such program.
    #[error("the program `{name}` does not exist")]
    Missing {
        /// Its name or path.
        name: String,
    },
    /// The system refused to start it.
    #[error("cannot start `{name}`: {reason}")]
    NotStarted {
        /// Its name or path.
        name: String,
        /// The system's reason.
        reason: String,
    },
    /// It took too long and was ended.
    #[error("`{name}` took longer than {} s and was ended", timeout.as_secs_f64())]
    TimedOut {
        /// Its name or path.
        name: String,
        /// Its limit.
        timeout: Duration,
        /// The start of what it wrote to its standard error.
        stderr: Vec<u8>,
    },
    /// It wrote too much and was ended.
    #[error("`{name}` wrote more than {limit} bytes and was ended")]
    TooMuch {
        /// Its name or path.
        name: String,
        /// Its limit.
        limit: usize,
    },
}

/// What the threads at the pipes report.
enum Event {
    /// A piece of the standard output.
    Output(Vec<u8>),
    /// A piece of the standard error.
    Error(Vec<u8>),
    /// A pipe is at its end.
    End,
}

/// Runs a program.
pub(super) fn run(program: &Program<'_>) -> Result<Ran, RunError> {
    let name = program.name().to_owned();
    // Looked up as the system's library does; an empty name would be an odd message of its own.
    if name.is_empty() {
        return Err(RunError::Missing { name });
    }
    let started = Instant::now();
    let mut command = Command::new(&name);
    command.args(program.argv.iter().skip(1).map(OsString::from));
    for variable in program.without {
        command.env_remove(variable);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = {
        // Started and known in one step, or it could miss its end.
        let mut running = running();
        let child = command.spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => RunError::Missing { name: name.clone() },
            _ => RunError::NotStarted { name: name.clone(), reason: error.to_string() },
        })?;
        running.insert(child.id());
        child
    };
    let events = attend(&mut child, program);
    let mut watched = Watched { child, output: Vec::new(), error: Vec::new(), open: 2, ended: None };
    match watched.wait(&events, started, program) {
        Wait::Ended(status) => Ok(Ran { code: status.code(), stdout: watched.output, stderr: watched.error }),
        Wait::Over => {
            watched.kill();
            Err(RunError::TimedOut { name, timeout: program.timeout, stderr: watched.error })
        }
        Wait::TooMuch => {
            watched.kill();
            Err(RunError::TooMuch { name, limit: program.output_limit })
        }
    }
}

/// One thread at each pipe, so that neither side waits for the other. None is joined: a pipe may outlive the child in
/// another process's hands, and a thread at it is then left behind. Few pieces are on their way at a time, so that a loud
/// program fills no memory.
fn attend(child: &mut Child, program: &Program<'_>) -> Receiver<Event> {
    let (sender, events) = sync_channel(4);
    if let Some(mut stdin) = child.stdin.take() {
        let input = program.input.to_vec();
        // A program that does not read its input has its reasons; its output tells.
        std::thread::spawn(move || drop(stdin.write_all(&input)));
    }
    if let Some(stdout) = child.stdout.take() {
        let sender = sender.clone();
        std::thread::spawn(move || pass_on(stdout, &sender, Event::Output));
    }
    if let Some(stderr) = child.stderr.take() {
        std::thread::spawn(move || pass_on(stderr, &sender, Event::Error));
    }
    events
}

/// Passes on what a pipe gives, until it ends or nobody listens any more. A pipe that breaks is at its end.
fn pass_on(mut pipe: impl Read, sender: &SyncSender<Event>, event: fn(Vec<u8>) -> Event) {
    let mut buffer = vec![0; 16 << 10];
    loop {
        match pipe.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                let piece = buffer.iter().copied().take(count).collect();
                if sender.send(event(piece)).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    drop(sender.send(Event::End));
}

/// Why the waiting ended.
enum Wait {
    Ended(ExitStatus),
    Over,
    TooMuch,
}

/// A child, and what is known of it.
struct Watched {
    child: Child,
    output: Vec<u8>,
    /// The start of its standard error; the rest is read too, or it would wait for a reader.
    error: Vec<u8>,
    /// How many of its pipes are not at their end.
    open: usize,
    /// How it ended, and when that was seen.
    ended: Option<(ExitStatus, Instant)>,
}

impl Watched {
    fn wait(&mut self, events: &Receiver<Event>, started: Instant, program: &Program<'_>) -> Wait {
        loop {
            if self.ended.is_none() {
                let mut running = running();
                // An error here is as good as «still running»: the deadline decides.
                self.ended = self.child.try_wait().ok().flatten().map(|status| (status, Instant::now()));
                if self.ended.is_some() {
                    running.remove(&self.child.id());
                }
            }
            if let Some((status, at)) = self.ended
                && (self.open == 0 || at.elapsed() > GRACE)
            {
                return Wait::Ended(status);
            }
            let left = program.timeout.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Wait::Over;
            }
            match events.recv_timeout(left.min(PAUSE)) {
                Ok(Event::Output(piece)) => {
                    self.output.extend(piece);
                    if self.output.len() > program.output_limit {
                        return Wait::TooMuch;
                    }
                }
                Ok(Event::Error(piece)) => {
                    let room = STDERR_BYTES.saturating_sub(self.error.len());
                    self.error.extend(piece.iter().take(room));
                }
                Ok(Event::End) => self.open = self.open.saturating_sub(1),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(left.min(PAUSE)),
            }
        }
    }

    /// Ends the child and what it started. It is not yet waited for, so its number is still its own.
    fn kill(&mut self) {
        if self.ended.is_none() {
            let mut running = running();
            end_group(self.child.id());
            drop(self.child.kill());
            drop(self.child.wait());
            running.remove(&self.child.id());
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, input: &[u8], timeout: Duration) -> Result<Ran, RunError> {
        let argv = ["sh".to_owned(), "-c".to_owned(), script.to_owned()];
        run(&Program { argv: &argv, input, without: &["HOME"], timeout, output_limit: 1 << 20 })
    }

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn input_goes_in_and_output_comes_out() {
        let ran = shell("cat; echo talk >&2; exit 3", b"hello", LONG).unwrap();
        assert_eq!(ran, Ran { code: Some(3), stdout: b"hello".to_vec(), stderr: b"talk\n".to_vec() });
    }

    #[test]
    fn what_is_known_of_a_child_ends_with_it() {
        let _ = shell("exit 0", b"", LONG).unwrap();
        let _ = shell("sleep 20", b"", Duration::from_millis(50)).unwrap_err();
        // Other tests run theirs at the same time, none of them for long.
        let waited = Instant::now();
        while !running().is_empty() && waited.elapsed() < LONG {
            std::thread::sleep(PAUSE);
        }
        assert!(running().is_empty());
    }

    #[test]
    fn neither_side_waits_for_the_other() {
        let input = vec![b'x'; 1 << 20];
        assert_eq!(shell("exit 0", &input, LONG).unwrap().code, Some(0), "it does not read its input");
        assert_eq!(shell("cat", &input, LONG).unwrap().stdout.len(), input.len(), "it writes while it reads");
        let loud = shell("head -c 300000 /dev/zero >&2", b"", LONG).unwrap();
        assert_eq!(loud.stderr.len(), STDERR_BYTES, "talk is drained, and its start kept");
    }

    #[test]
    fn it_dies_with_all_that_it_started() {
        let dir = tempfile::tempdir().unwrap();
        let alive = dir.path().join("alive");
        let script = format!("echo here >&2; (sleep 2; echo > '{}') & sleep 60", alive.display());
        let started = Instant::now();
        let error = shell(&script, b"", Duration::from_millis(300)).unwrap_err();
        assert!(matches!(&error, RunError::TimedOut { stderr, .. } if stderr == b"here\n"), "{error:?}");
        assert!(started.elapsed() < Duration::from_secs(15));
        std::thread::sleep(Duration::from_millis(2_500));
        assert!(!alive.try_exists().unwrap(), "what it started would have written by now");
    }

    #[test]
    fn what_it_leaves_behind_is_not_waited_for() {
        let started = Instant::now();
        let ran = shell("echo done; sleep 30 & exit 0", b"", Duration::from_secs(25)).unwrap();
        assert_eq!((ran.code, ran.stdout.as_slice()), (Some(0), b"done\n".as_slice()));
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn limits_and_missing_programs_are_told() {
        let error = shell("yes", b"", LONG).unwrap_err();
        assert_eq!(error, RunError::TooMuch { name: "sh".into(), limit: 1 << 20 });
        let argv = ["/nowhere/judge".to_owned()];
        let program = Program { argv: &argv, input: b"", without: &[], timeout: LONG, output_limit: 1 };
        assert_eq!(run(&program), Err(RunError::Missing { name: "/nowhere/judge".into() }));
        assert!(matches!(run(&Program { argv: &[], ..program }), Err(RunError::Missing { .. })));
        assert!(matches!(run(&Program { argv: &["/".to_owned()], ..program }), Err(RunError::NotStarted { .. })));
        assert_eq!(shell("kill -9 $$", b"", LONG).unwrap().code, None);
        assert_eq!(shell("printf %s \"${HOME-none}\"", b"", LONG).unwrap().stdout, b"none");
    }
}
