# nobody says what is expected
+ change
+ sign run.json p256 policy.json
$ gate --bundle run.json
    exit 3
    ! error: nobody says what is expected: `.attest/provenance.toml` is not at the base, 21b07273100b0f77d9e206be7c5c1b3493ffe116
    !   = help: commit it to the base branch, or give it from elsewhere: `--expectations-file FILE`
+ write elsewhere.toml schema = 1\nrequired-level = "evidence-grade"
$ gate --bundle run.json --expectations-file elsewhere.toml
    exit 3
    ! error: nobody is named who may sign
    !   = help: name them in a `[[signer]]` of the expectations, or give the one key: `--key PEM`

# the caller names the one key: with nobody else to go by, that is who may sign
$ gate --bundle run.json --expectations-file elsewhere.toml --key p256.pub
    exit 1
    invalid: policy-grade is claimed; builder_identity_mismatch
    builder_identity_mismatch /context
      no builder is verified: the context has no `verifiedBuilderId`
      found    {"allowSelfHostedRunners":false,"baseCommit":"21b07273100b0f77d9e206be7c5c1b3493ffe116","now":"2025-06-01T12:30:00Z","repoUrl":"https://github.com/acme/shop","requiredLevel":"evidence-grade","subjects…
      expected `verifiedBuilderId` and `verifiedWorkflowRef` and `verifiedIssuer`
      help     verify the builder's identity, and give it in the context as it is in the certificate
    builder_identity_mismatch /context
      no issuer is verified: the context has no `verifiedIssuer`
      found    {"allowSelfHostedRunners":false,"baseCommit":"21b07273100b0f77d9e206be7c5c1b3493ffe116","now":"2025-06-01T12:30:00Z","repoUrl":"https://github.com/acme/shop","requiredLevel":"evidence-grade","subjects…
      expected `verifiedBuilderId` and `verifiedWorkflowRef` and `verifiedIssuer`
      help     verify the builder's identity, and give it in the context as it is in the certificate
    builder_identity_mismatch /context
      no workflow is verified: the context has no `verifiedWorkflowRef`
      found    {"allowSelfHostedRunners":false,"baseCommit":"21b07273100b0f77d9e206be7c5c1b3493ffe116","now":"2025-06-01T12:30:00Z","repoUrl":"https://github.com/acme/shop","requiredLevel":"evidence-grade","subjects…
      expected `verifiedBuilderId` and `verifiedWorkflowRef` and `verifiedIssuer`
      help     verify the builder's identity, and give it in the context as it is in the certificate
    signed by the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4, who may: the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4
    checked
      format                 Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature              by the key, over the envelope
      statement              in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      subjects               patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, and no other
      base commit            21b07273100b0f77d9e206be7c5c1b3493ffe116
      repository             https://github.com/acme/shop
    not checked
      log                    no trust root was given
      time                   a signature by a key alone does not say when
      source repository      the signature does not say from which one it comes
      source commit          the signature does not say at which one the run was
      source run             `run-from-certificate` is not set
      pull request           no `--pull-request`
      run                    no `--run-id`
      age                    the expectations have no `max-age`
      agent's configuration  the expectations have no `agent-config`
    expecting elsewhere.toml, no change's, sha256:eb2e09ce80d22c8a1ffd82fabcb5bf3d445a20bd1c1a3b884eade45f51e89c59
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4
+ sign low.json p256 policy.json {"predicate":{"verificationLevel":"evidence-grade"}}
$ gate --bundle low.json --expectations-file elsewhere.toml --key p256.pub
    exit 0
    valid: evidence-grade, its signature was verified
    signed by the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4, who may: the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4
    checked
      format                 Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature              by the key, over the envelope
      statement              in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      subjects               patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, and no other
      base commit            21b07273100b0f77d9e206be7c5c1b3493ffe116
      repository             https://github.com/acme/shop
    not checked
      log                    no trust root was given
      time                   a signature by a key alone does not say when
      source repository      the signature does not say from which one it comes
      source commit          the signature does not say at which one the run was
      source run             `run-from-certificate` is not set
      pull request           no `--pull-request`
      run                    no `--run-id`
      age                    the expectations have no `max-age`
      agent's configuration  the expectations have no `agent-config`
    expecting elsewhere.toml, no change's, sha256:eb2e09ce80d22c8a1ffd82fabcb5bf3d445a20bd1c1a3b884eade45f51e89c59
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4
$ gate --bundle low.json --expectations-file elsewhere.toml --key other.pub -q
    exit 1
    invalid: nothing of it is believed; signature_invalid
$ gate --bundle low.json --expectations-file elsewhere.toml --key p256.pub --expectations other.toml
    exit 2
    ! error: the argument '--expectations-file <FILE>' cannot be used with '--expectations <PATH>'
    !
    ! Usage: attest provenance verify --root <DIR> --head <REV> --at <TIME> --expectations-file <FILE> --key <PEM> <--statement <FILE>|--bundle <FILE>> <--base <REV>|--base-commit <REV>>
    !
    ! For more information, try '--help'.

# expectations that cannot be read
+ write elsewhere.toml schema = 1\nrequired-level = "evidence-grade"\n[[signer]]
$ gate --bundle run.json --expectations-file elsewhere.toml
    exit 3
    ! error: `elsewhere.toml` is not right: line 3, column 1: this `[[signer]]` names nobody
    !   = help: give it an `identity` and an `issuer`, or a `key`
$ gate --bundle run.json --expectations-file nowhere.toml
    exit 3
    ! error: `nowhere.toml` does not exist
+ grow elsewhere.toml 1
$ gate --bundle run.json --expectations-file elsewhere.toml
    exit 3
    ! error: `elsewhere.toml` is larger than the limit of 262144 bytes

# bundles that cannot be read
+ expect key.toml
+ git checkout -q agent
+ git rebase -q main
+ write run.json {}
$ gate --bundle run.json
    exit 3
    invalid: nothing of it is believed; schema_invalid
    schema_invalid /bundle
      the bundle cannot be read: it has no `mediaType`, and is no DSSE envelope
      help     give a Sigstore bundle as JSON, version 0.1 to 0.3, or a DSSE envelope
    not checked
      format     not reached, or does not hold
      signature  not reached, or does not hold
      statement  not reached, or does not hold
    expecting .attest/provenance.toml, at d57a08e1e4cb0b3eae8dd65680cddaed1e4bc474, sha256:03b5fc8527feb76673733860d7a784ba682f0e04a6494e2155558e8fb09990b1
    trusting  sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4
+ write run.json no JSON
$ gate --bundle run.json -q
    exit 3
    invalid: nothing of it is believed; schema_invalid
+ grow run.json 33
$ gate --bundle run.json
    exit 3
    ! error: `run.json` is larger than the limit of 33554432 bytes
$ gate --bundle nowhere.json
    exit 3
    ! error: `nowhere.json` does not exist

# a trust root that is none
+ sign run.json p256 policy.json
+ write root.json {}
$ gate --bundle run.json --trusted-root root.json
    exit 3
    invalid: nothing of it is believed; missing_evidence
    missing_evidence /trust
      the trust root cannot be used: its `mediaType` is not `application/vnd.dev.sigstore.trustedroot+json;version=0.1` or the like
      help     give a `trusted_root.json`, a `.jsonl` of them, or a client trust configuration
    expecting .attest/provenance.toml, at d57a08e1e4cb0b3eae8dd65680cddaed1e4bc474, sha256:03b5fc8527feb76673733860d7a784ba682f0e04a6494e2155558e8fb09990b1

# repositories and revisions that are none
$ gate --bundle run.json --base nowhere
    exit 3
    ! error: no revision `nowhere`: no branch, tag or commit here has that name
$ gate --bundle run.json --root nowhere
    exit 3
    ! error: the root `nowhere` is not a directory; name one with `--root`
$ gate --bundle run.json --head main
    exit 3
    ! error: nothing changed between base and head
    !   = help: name where the change begins and ends; where it may be empty, say `--allow-empty`
$ gate --bundle run.json --head main --allow-empty -q
    exit 1
    invalid: policy-grade is claimed; subject_digest_mismatch

# flags that belong to the other way of verifying, and none
$ gate --bundle run.json --context run.json
    exit 2
    ! error: the argument '--bundle <FILE>' cannot be used with '--context <FILE>'
    !
    ! Usage: attest provenance verify --root <DIR> --head <REV> --at <TIME> <--statement <FILE>|--bundle <FILE>> <--base <REV>|--base-commit <REV>>
    !
    ! For more information, try '--help'.
$ gate --statement run.json --context run.json --base main
    exit 2
    ! error: the argument '--statement <FILE>' cannot be used with '--base <REV>'
    !
    ! Usage: attest provenance verify --context <FILE> <--statement <FILE>|--bundle <FILE>>
    !
    ! For more information, try '--help'.
$ gate --bundle run.json --run-id short
    exit 2
    ! error: `--run-id` is the id of no run
    !   = help: write it as in a statement: 8 to 128 letters, digits, `.`, `_`, `:` and `-`
$ gate --bundle run.json --pull-request 0
    exit 2
    ! error: invalid value '0' for '--pull-request <N>': 0 is not in 1..18446744073709551615
    !
    ! For more information, try '--help'.
$ gate --bundle run.json --repo-url /tmp/shop
    exit 2
    ! error: `/tmp/shop` is no address of a repository
    !   = help: write it like `https://host/owner/name`

# a policy of the caller's, and one that is none
+ write own.rego package attest.document\ndecision := {"level": null, "denials": []}
$ gate --bundle run.json --policy own.rego -q
    exit 1
    invalid: policy-grade is claimed; level_below_required
+ write own.rego package
$ gate --bundle run.json --policy own.rego -q
    exit 3
    invalid: policy-grade is claimed; policy_eval_error
