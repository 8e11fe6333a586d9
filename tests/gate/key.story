# a run's statement, signed by a key that the expectations name: every level that is claimed is earned
+ expect key.toml
+ change
+ sign run.json p256 policy.json
$ gate --bundle run.json
    exit 0
    valid: policy-grade, its signature was verified
    signed by the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4, who may: mason, the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4
    checked
      format                 Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature              by the key, over the envelope
      statement              in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      subjects               patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, and no other
      base commit            d57a08e1e4cb0b3eae8dd65680cddaed1e4bc474
      repository             https://github.com/acme/shop
    not checked
      log                    no trust root was given
      time                   a signature by a key alone does not say when
      source repository      the signature does not say from which one it comes
      source commit          the signature does not say at which one the run was
      source run             `run-from-certificate` is not set
      pull request           no `--pull-request`
      run                    no `--run-id`
      agent's configuration  the expectations have no `agent-config`
    expecting .attest/provenance.toml, at d57a08e1e4cb0b3eae8dd65680cddaed1e4bc474, sha256:03b5fc8527feb76673733860d7a784ba682f0e04a6494e2155558e8fb09990b1
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4
$ gate --bundle run.json -q
    exit 0
    valid: policy-grade, its signature was verified
$ gate --bundle run.json --format json --save-context context.json
    exit 0
    {
      "valid": true,
      "level": "policy-grade",
      "failureCodes": [],
      "failures": [],
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
          "done": true,
          "detail": "https://github.com/acme/shop"
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
$ show context.json
    {
      "repoUrl": "https://github.com/acme/shop",
      "baseCommit": "d57a08e1e4cb0b3eae8dd65680cddaed1e4bc474",
      "requiredLevel": "policy-grade",
      "subjects": [
        {
          "name": "patch.diff",
          "algorithm": "sha256",
          "digest": "8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f"
        }
      ],
      "verifiedSigner": "mason",
      "verifiedBuilderId": "https://builds.acme.example/mason",
      "verifiedWorkflowRef": "https://builds.acme.example/mason/agent",
      "verifiedIssuer": "https://builds.acme.example",
      "allowSelfHostedRunners": false,
      "freshnessWindowSeconds": 86400,
      "now": "2025-06-01T12:30:00Z"
    }

# the context that was made says the same by hand, with the caller's word in place of the signature
$ gate --statement nowhere.json --context context.json
    exit 3
    ! error: `nowhere.json` does not exist

# more may be demanded than the expectations do, and never less
$ gate --bundle run.json --require-level high-assurance -q
    exit 1
    invalid: policy-grade is claimed; level_below_required
$ gate --bundle run.json --require-level evidence-grade -q
    exit 0
    valid: policy-grade, its signature was verified
+ sign low.json p256 policy.json {"predicate":{"verificationLevel":"evidence-grade"}}
$ gate --bundle low.json --require-level evidence-grade -q
    exit 1
    invalid: evidence-grade is claimed; level_below_required

# a bare envelope is as good; the caller's key has to be one of those that are expected
+ envelope bare.json p256 policy.json
$ gate --bundle bare.json -q
    exit 0
    valid: policy-grade, its signature was verified
$ gate --bundle run.json --key p256.pub -q
    exit 0
    valid: policy-grade, its signature was verified
$ gate --bundle run.json --key ed25519.pub -q
    exit 2
    ! error: the key sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46 is none of those that may sign
    !   = help: leave out `--key`, or add the key to a `[[signer]]` of the expectations

# the same as a page; of what nobody signed nothing is on it
$ gate --bundle run.json -q --summary page.md
    exit 0
    valid: policy-grade, its signature was verified
$ show page.md
    ## Agent Provenance: valid (`policy-grade`)
    |  |  |
    |---|---|
    | level claimed | `policy-grade` |
    | level earned | `policy-grade` |
    | level required | `policy-grade` |
    | signature | verified; what is known comes from it, from git and from the repository's policy |
    ### Subjects
    | name | SHA-256 | matches |
    |---|---|---|
    | `patch.diff` | `8366cc8c2dbf…b17f` | yes |
    ### Repository
    |  | said | known | matches |
    |---|---|---|---|
    | address | `https://github.com/acme/shop` | `https://github.com/acme/shop` | yes |
    | base commit | `d57a08e1e4cb0b3eae8dd65680cddaed1e4bc474` | `d57a08e1e4cb0b3eae8dd65680cddaed1e4bc474` | yes |
    | run | `github-4242-1` | not provided | not compared |
    | head commit | `01ff3ce4a045aac4c90ee7cbdcf1ef5b5fbc0752` | not known | not compared |
    ### Verified identity
    |  | said | known | matches |
    |---|---|---|---|
    | signer | not said | `mason` | not compared |
    | builder | `https://builds.acme.example/mason` | `https://builds.acme.example/mason` | yes |
    | workflow | `https://builds.acme.example/mason/agent` | `https://builds.acme.example/mason/agent` | yes |
    | issuer | not said | `https://builds.acme.example` | not compared |
    | approval | `none` | not provided | not compared |
    ### Privacy, as the statement says
    |  | said |
    |---|---|
    | redaction policy | `digests-only` |
    | raw prompt stored | no |
    | raw prompt visible to | `none` |
    | raw tool output stored | no |
    | raw tool output visible to | `none` |
    ### The run, as the statement says
    |  | said |
    |---|---|
    | agent | `tailor` |
    | agent's version | `2.1.0` |
    | invoked as | `ci-step` |
    | ran in | `other-ci` |
    | runner | `unknown` |
    | captured by | `ci-step` |
    | started | `2025-06-01T11:50:00Z` |
    | finished | `2025-06-01T11:59:00Z` |
    ### Evidence, named and not opened
    | type | visible to | stored in | SHA-256 |
    |---|---|---|---|
    | `tool-summary` | `team` | `artifact-store` | `6b6b6b6b6b6b…6b6b` |
+ sign other.json other policy.json
$ gate --bundle other.json -q --summary page.md
    exit 1
    invalid: nothing of it is believed; signature_invalid
$ show page.md
    ## Agent Provenance: invalid
    |  |  |
    |---|---|
    | level claimed | cannot be read |
    | level earned | none |
    | level required | not provided |
    | signature | not verified, and nobody answers for what is known: no level above evidence-grade |
    **Failure codes:** `signature_invalid`
    ### Failures
    - `signature_invalid` at `/bundle/signatures`: no signature of the envelope is by the key
      - help: somebody else signed, or the envelope was changed afterwards: do not use what it speaks of
    ### Subjects
    (none)
