# a tag with the name of the base branch, at weaker expectations: whoever may push a tag can make it, and git takes the tag
+ expect key.toml
+ change
+ sign low.json p256 policy.json {"predicate":{"verificationLevel":"evidence-grade"}}
+ git update-ref refs/remotes/origin/main main
+ git checkout -q --detach main
+ edit shop/.attest/provenance.toml shop/.attest/provenance.toml policy-grade evidence-grade
+ commit weaker expectations
+ git tag origin/main
+ git tag main
$ gate --bundle low.json --base origin/main
    exit 3
    ! error: `origin/main` can be refs/tags/origin/main or refs/remotes/origin/main; write the one that is meant whole
$ gate --bundle low.json
    exit 3
    ! error: `main` can be refs/tags/main or refs/heads/main; write the one that is meant whole
$ gate --bundle low.json --base main^0
    exit 3
    ! error: `main^0` can be refs/tags/main or refs/heads/main; write the one that is meant whole

# the whole name is the branch's alone
$ gate --bundle low.json --base refs/remotes/origin/main -q
    exit 1
    invalid: evidence-grade is claimed; level_below_required
$ gate --bundle low.json --base refs/heads/main -q
    exit 1
    invalid: evidence-grade is claimed; level_below_required
$ gate --bundle low.json --base refs/remotes/origin/gone
    exit 3
    ! error: no revision `refs/remotes/origin/gone`: no branch, tag or commit here has that name

# neither is it a tag where there is no such branch
+ git tag refs/remotes/origin/gone
$ gate --bundle low.json --base refs/remotes/origin/gone
    exit 3
    ! error: no revision `refs/remotes/origin/gone`: no branch, tag or commit here has that name

# where the change ends is no matter of taste either
+ git tag agent
$ gate --bundle low.json --base refs/heads/main
    exit 3
    ! error: `agent` can be refs/tags/agent or refs/heads/agent; write the one that is meant whole
$ gate --bundle low.json --base refs/heads/main --head refs/heads/agent -q
    exit 1
    invalid: evidence-grade is claimed; level_below_required

# a history of its own has no base
+ git checkout -q -f --orphan alone
+ commit a history of its own
$ gate --bundle low.json --base refs/heads/main --head alone
    exit 3
    ! error: `refs/heads/main` and `alone` have no commit in common; name the commit that the change begins at with `--base-commit`

# what stands where the outputs go is not what was found, however it ends
+ write outputs.env valid=true
$ gate --bundle none.json --base refs/heads/main --head alone --outputs outputs.env -q
    exit 3
    ! error: `refs/heads/main` and `alone` have no commit in common; name the commit that the change begins at with `--base-commit`
$ show outputs.env
    valid=false
    level=
    failure-codes=
+ write outputs.env valid=true
$ gate --bundle low.json --base refs/heads/main --head refs/heads/agent --outputs outputs.env -q
    exit 1
    invalid: evidence-grade is claimed; level_below_required
$ show outputs.env
    valid=false
    level=
    failure-codes=level_below_required

# no value is a command to the log of a build service
+ sign loud.json p256 policy.json {"predicate":{"repo":{"url":"https://github.com/acme/##[set-output"}}}
$ gate --bundle loud.json --base refs/heads/main --head refs/heads/agent
    exit 1
    invalid: policy-grade is claimed; repo_url_mismatch
    repo_url_mismatch /statement/predicate/repo/url
      the statement is about another repository
      found    "https://github.com/acme/##\u{5b}set-output"
      expected https://github.com/acme/shop
      help     use a statement about this repository, its address written in the same way
    signed by the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4, who may: mason, the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4
    checked
      format                 Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature              by the key, over the envelope
      statement              in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      subjects               patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, and no other
      base commit            d57a08e1e4cb0b3eae8dd65680cddaed1e4bc474
    not checked
      log                    no trust root was given
      time                   a signature by a key alone does not say when
      source repository      the signature does not say from which one it comes
      source commit          the signature does not say at which one the run was
      source run             `run-from-certificate` is not set
      repository             another than https://github.com/acme/shop
      pull request           no `--pull-request`
      run                    no `--run-id`
      agent's configuration  the expectations have no `agent-config`
    expecting .attest/provenance.toml, at d57a08e1e4cb0b3eae8dd65680cddaed1e4bc474, sha256:03b5fc8527feb76673733860d7a784ba682f0e04a6494e2155558e8fb09990b1
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4
$ gate --bundle loud.json --base refs/heads/main --head refs/heads/agent --format json
    exit 1
    {
      "valid": false,
      "level": "policy-grade",
      "failureCodes": [
        "repo_url_mismatch"
      ],
      "failures": [
        {
          "code": "repo_url_mismatch",
          "phase": "policy",
          "path": "/statement/predicate/repo/url",
          "expected": "https://github.com/acme/shop",
          "found": "\"https://github.com/acme/#\u0023[set-output\"",
          "message": "the statement is about another repository",
          "help": "use a statement about this repository, its address written in the same way"
        }
      ],
      "trust": "signature",
      "identity": {
        "subject": null,
        "issuer": null,
        "key": "sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4",
        "repository": null,
        "workflow": null,
        "sourceRef": null,
        "commit": null,
        "runner": null,
        "trigger": null,
        "environment": null,
        "run": null
      },
      "signer": "mason, the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4",
      "checks": [
        {
          "name": "format",
          "done": true,
          "detail": "Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json"
        },
        {
          "name": "signature",
          "done": true,
          "detail": "by the key, over the envelope"
        },
        {
          "name": "log",
          "done": false,
          "detail": "no trust root was given"
        },
        {
          "name": "time",
          "done": false,
          "detail": "a signature by a key alone does not say when"
        },
        {
          "name": "statement",
          "done": true,
          "detail": "in-toto, https://agentattest.dev/predicate/v1 about 1 subject"
        },
        {
          "name": "source repository",
          "done": false,
          "detail": "the signature does not say from which one it comes"
        },
        {
          "name": "source commit",
          "done": false,
          "detail": "the signature does not say at which one the run was"
        },
        {
          "name": "source run",
          "done": false,
          "detail": "`run-from-certificate` is not set"
        },
        {
          "name": "subjects",
          "done": true,
          "detail": "patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, and no other"
        },
        {
          "name": "base commit",
          "done": true,
          "detail": "d57a08e1e4cb0b3eae8dd65680cddaed1e4bc474"
        },
        {
          "name": "repository",
          "done": false,
          "detail": "another than https://github.com/acme/shop"
        },
        {
          "name": "pull request",
          "done": false,
          "detail": "no `--pull-request`"
        },
        {
          "name": "run",
          "done": false,
          "detail": "no `--run-id`"
        },
        {
          "name": "agent's configuration",
          "done": false,
          "detail": "the expectations have no `agent-config`"
        }
      ],
      "witnesses": [],
      "approvals": [],
      "expectations": {
        "path": ".attest/provenance.toml",
        "commit": "d57a08e1e4cb0b3eae8dd65680cddaed1e4bc474",
        "digest": "sha256:03b5fc8527feb76673733860d7a784ba682f0e04a6494e2155558e8fb09990b1"
      },
      "policyDigest": "sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792",
      "trusted": [
        "sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4"
      ]
    }
