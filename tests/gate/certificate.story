# what a certificate says of its run is held against the change
+ expect certificate.toml
+ change
# another repository's run of a workflow of this one (a reusable workflow)
+ certify run.json {"commit":"{base}","repository":"acme/other","subject":"https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main"} policy.json workflow.json
$ gate --bundle run.json --trusted-root root.json
# a run at a commit that this change has nothing to do with
+ certify run.json {} policy.json workflow.json
$ gate --bundle run.json --trusted-root root.json
# at its end
+ certify run.json {"commit":"{head}"} policy.json workflow.json
$ gate --bundle run.json --trusted-root root.json -q
# at the merge that the host made of the pull request: that of the one that was asked for
+ certify run.json {"ref":"refs/pull/17/merge"} policy.json workflow.json {"predicate":{"repo":{"pullRequest":{"number":17}}}}
$ gate --bundle run.json --trusted-root root.json
$ gate --bundle run.json --trusted-root root.json --pull-request 18 -q
$ gate --bundle run.json --trusted-root root.json --pull-request 17 -q
# the statement's builder is another than the certificate's
+ certify run.json {"commit":"{base}"} policy.json
$ gate --bundle run.json --trusted-root root.json
# bundles with a timestamp, and without any log
+ log v2
+ certify run.json {"commit":"{base}"} policy.json workflow.json
$ gate --bundle run.json --trusted-root root.json
+ log none
+ certify run.json {"commit":"{base}"} policy.json workflow.json
$ gate --bundle run.json --trusted-root root.json
