//! Any text as a value of a CI job's environment and as its event file: a run without credentials or control characters, or an
//! error that says what to do.
#![no_main]

use attest::base::system::MemorySystem;
use attest::ci::{Choice, read};
use libfuzzer_sys::fuzz_target;

/// Recorded jobs, each of a pull request.
const JOBS: [&str; 4] = [
    include_str!("../../tests/ci/github-pull-request.env"),
    include_str!("../../tests/ci/gitlab-merge-request.env"),
    include_str!("../../tests/ci/buildkite-pull-request.env"),
    include_str!("../../tests/ci/circleci-pull-request.env"),
];

fuzz_target!(|input: (u8, u8, &str, &str)| {
    let (job, which, value, event) = input;
    let variables: Vec<_> =
        JOBS[usize::from(job) % JOBS.len()].lines().filter_map(|line| line.split_once('=')).collect();
    let mut system = MemorySystem::new().with_file("/event.json", event);
    for (at, (name, usual)) in variables.iter().enumerate() {
        // Beyond the last, none is changed: then the event is the only foreign thing.
        system = system.with_env(name, if at == usize::from(which) { value } else { usual });
    }
    match read(&system, Choice::Auto) {
        Ok(None) => assert!(usize::from(which) < variables.len(), "the marker is gone"),
        Ok(Some(run)) => {
            assert_eq!(read(&system, Choice::Service(run.service)).ok(), Some(Some(run.clone())));
            let page = run.pull_request.as_ref().and_then(|it| it.url.as_ref());
            for url in [Some(&run.repo_url), run.run_url.as_ref(), page].into_iter().flatten() {
                assert!(!url.split('/').nth(2).unwrap_or_default().contains('@'), "{url}");
            }
            let texts = [Some(&run.repo_url), run.branch.as_ref(), run.workflow.as_ref(), run.trigger.as_ref(), page];
            assert!(!texts.into_iter().flatten().any(|text| text.contains(char::is_control)), "{run:?}");
            assert!((8..=128).contains(&run.run_id.len()));
        }
        Err(error) => assert!(!error.to_string().is_empty() && !error.help().is_empty()),
    }
});
