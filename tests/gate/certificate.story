# what a certificate says of its run is held against the change
+ expect certificate.toml
+ change

# another repository's run of a workflow of this one (a reusable workflow)
+ certify run.json {"commit":"{base}","repository":"acme/other","subject":"https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main"} policy.json workflow.json
$ gate --bundle run.json --trusted-root root.json
    exit 1
    invalid: nothing of it is believed; repo_url_mismatch
    repo_url_mismatch /bundle
      the certificate was made for a run of another repository
      found    https://github.com/acme/other
      expected https://github.com/acme/shop
      help     use a statement about this repository, its address written in the same way
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      runner             github-hosted
      statement          in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      source commit      6b689ff710e51559219a8cee5d5a3699bfff5dc4
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      trigger            not pinned
      environment        not pinned
      source repository  another than the one under judgement
      source run         `run-from-certificate` is not set
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46

# a run at a commit that this change has nothing to do with
+ certify run.json {} policy.json workflow.json
$ gate --bundle run.json --trusted-root root.json
    exit 1
    invalid: nothing of it is believed; builder_identity_mismatch
    builder_identity_mismatch /bundle
      the run was at a commit that is neither the end of this change nor its base
      found    c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff
      expected 0d9bd4d59794e044cdd59520138e38a8f5f27536 or 6b689ff710e51559219a8cee5d5a3699bfff5dc4
      help     have a statement made by a run at this change
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      runner             github-hosted
      statement          in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      source repository  https://github.com/acme/shop
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      trigger            not pinned
      environment        not pinned
      source commit      none that this change has to do with
      source run         `run-from-certificate` is not set
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46

# at its end
+ certify run.json {"commit":"{head}"} policy.json workflow.json
$ gate --bundle run.json --trusted-root root.json -q
    exit 0
    valid: policy-grade, its signature was verified

# at the merge that the host made of the pull request: that of the one that was asked for
+ certify run.json {"ref":"refs/pull/17/merge"} policy.json workflow.json {"predicate":{"repo":{"pullRequest":{"number":17}}}}
$ gate --bundle run.json --trusted-root root.json
    exit 1
    invalid: nothing of it is believed; builder_identity_mismatch
    builder_identity_mismatch /bundle
      the run was at a commit that is neither the end of this change nor its base
      found    c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff
      expected 0d9bd4d59794e044cdd59520138e38a8f5f27536 or 6b689ff710e51559219a8cee5d5a3699bfff5dc4
      help     name the pull request whose merge it was: `--pull-request N`
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      runner             github-hosted
      statement          in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      source repository  https://github.com/acme/shop
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      trigger            not pinned
      environment        not pinned
      source commit      none that this change has to do with
      source run         `run-from-certificate` is not set
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46
$ gate --bundle run.json --trusted-root root.json --pull-request 18 -q
    exit 1
    invalid: nothing of it is believed; builder_identity_mismatch
$ gate --bundle run.json --trusted-root root.json --pull-request 17 -q
    exit 0
    valid: policy-grade, its signature was verified

# the statement's builder is another than the certificate's
+ certify run.json {"commit":"{base}"} policy.json
$ gate --bundle run.json --trusted-root root.json
    exit 1
    invalid: policy-grade is claimed; builder_identity_mismatch
    builder_identity_mismatch /statement/predicate/environment/builder/id
      the builder is another than the verified one
      found    "https://builds.acme.example/mason"
      expected https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      help     verify the builder's identity, and give it in the context as it is in the certificate
    builder_identity_mismatch /statement/predicate/environment/builder/workflowRef
      the workflow is another than the verified one
      found    "https://builds.acme.example/mason/agent"
      expected https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      help     verify the builder's identity, and give it in the context as it is in the certificate
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    checked
      format                 Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature              by the certificate's key
      certificate            chains to the trust root, valid at every time below
      sct                    the certificate was logged
      log                    the signature was logged
      time                   2025-06-01T12:00:01Z
      identity               https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer                 https://token.actions.githubusercontent.com
      runner                 github-hosted
      statement              in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      source repository      https://github.com/acme/shop
      source commit          6b689ff710e51559219a8cee5d5a3699bfff5dc4
      subjects               patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, and no other
      base commit            6b689ff710e51559219a8cee5d5a3699bfff5dc4
      repository             https://github.com/acme/shop
    not checked
      repository             not pinned
      workflow               not pinned
      ref                    not pinned
      commit                 not pinned
      trigger                not pinned
      environment            not pinned
      source run             `run-from-certificate` is not set
      pull request           no `--pull-request`
      run                    no `--run-id`
      age                    the expectations have no `max-age`
      agent's configuration  the expectations have no `agent-config`
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46

# bundles with a timestamp, and without any log
+ log v2
+ certify run.json {"commit":"{base}"} policy.json workflow.json
$ gate --bundle run.json --trusted-root root.json
    exit 0
    valid: policy-grade, its signature was verified
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    checked
      format                 Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature              by the certificate's key
      certificate            chains to the trust root, valid at every time below
      sct                    the certificate was logged
      log                    the signature was logged
      time                   2025-06-01T12:00:02Z
      identity               https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer                 https://token.actions.githubusercontent.com
      runner                 github-hosted
      statement              in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      source repository      https://github.com/acme/shop
      source commit          6b689ff710e51559219a8cee5d5a3699bfff5dc4
      subjects               patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, and no other
      base commit            6b689ff710e51559219a8cee5d5a3699bfff5dc4
      repository             https://github.com/acme/shop
    not checked
      repository             not pinned
      workflow               not pinned
      ref                    not pinned
      commit                 not pinned
      trigger                not pinned
      environment            not pinned
      source run             `run-from-certificate` is not set
      pull request           no `--pull-request`
      run                    no `--run-id`
      age                    the expectations have no `max-age`
      agent's configuration  the expectations have no `agent-config`
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:f92255bc14834b8e76d10b62c0e2c5c8d48b58b4ca07032fe2e6136a4549b37e
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46
+ log none
+ certify run.json {"commit":"{base}"} policy.json workflow.json
$ gate --bundle run.json --trusted-root root.json
    exit 0
    valid: policy-grade, its signature was verified
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    checked
      format                 Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature              by the certificate's key
      certificate            chains to the trust root, valid at every time below
      time                   2025-06-01T12:00:02Z
      identity               https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer                 https://token.actions.githubusercontent.com
      runner                 github-hosted
      statement              in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      source repository      https://github.com/acme/shop
      source commit          6b689ff710e51559219a8cee5d5a3699bfff5dc4
      subjects               patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, and no other
      base commit            6b689ff710e51559219a8cee5d5a3699bfff5dc4
      repository             https://github.com/acme/shop
    not checked
      sct                    the trust root has no log
      log                    the trust root has no log
      repository             not pinned
      workflow               not pinned
      ref                    not pinned
      commit                 not pinned
      trigger                not pinned
      environment            not pinned
      source run             `run-from-certificate` is not set
      pull request           no `--pull-request`
      run                    no `--run-id`
      age                    the expectations have no `max-age`
      agent's configuration  the expectations have no `agent-config`
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:264069ef9ebe7d514eb14570bc4b1d9f892a8351b5373ecd2cf5d81cd30cc659
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46
