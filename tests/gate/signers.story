# who is nobody's entry does not sign; of each entry it is said why
+ expect certificate.toml
+ change
+ sign key.json ed25519 policy.json {"predicate":{"verificationLevel":"evidence-grade"}}
$ gate --bundle key.json
    exit 1
    invalid: evidence-grade is claimed; level_below_required
    level_below_required /statement/predicate/verificationLevel
      evidence-grade is claimed, policy-grade is required
      found    "evidence-grade"
      expected policy-grade
      help     have a statement of the required level, or require less
    signed by the key sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46, who may: mason, the key sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46
    checked
      format                 Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature              by the key, over the envelope
      statement              in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      subjects               patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, and no other
      base commit            6b689ff710e51559219a8cee5d5a3699bfff5dc4
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
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46

# the key of somebody else
+ sign other.json other policy.json
$ gate --bundle other.json --trusted-root root.json
    exit 1
    invalid: nothing of it is believed; signature_invalid
    signature_invalid /bundle/signatures
      no signature of the envelope is by the key
      help     somebody else signed, or the envelope was changed afterwards: do not use what it speaks of
    checked
      format     Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
    not checked
      signature  not reached, or does not hold
      statement  not reached, or does not hold
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46

# a hint at the right key, and another key's signature: the hint is believed of nothing
+ edit other.json hinted.json "hint":" "hint":"cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46"},"unknown":{"hint":"
$ gate --bundle hinted.json
    exit 1
    invalid: nothing of it is believed; signature_invalid
    signature_invalid /bundle/signatures
      no signature of the envelope is by the key
      help     somebody else signed, or the envelope was changed afterwards: do not use what it speaks of
    checked
      format     Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
    not checked
      signature  not reached, or does not hold
      statement  not reached, or does not hold
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46

# a certificate, and no trust root to verify it with
+ certify run.json {"commit":"{base}"} policy.json workflow.json
$ gate --bundle run.json
    exit 3
    invalid: nothing of it is believed; missing_evidence
    missing_evidence /bundle
      a certificate signed, and there is no trust root to verify it
      help     give the trust root: `--trusted-root FILE`
    not checked
      format     not reached, or does not hold
      signature  not reached, or does not hold
      statement  not reached, or does not hold
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46

# the workflow that is expected
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

# another trust root vouches for nobody here
$ gate --bundle run.json --trusted-root elsewhere.json
    exit 1
    invalid: nothing of it is believed; transparency_verification_failed
    transparency_verification_failed /bundle
      invalid inclusion promise: No log key valid at integrated time 2025-06-01T12:00:01Z for log ID PNJcKE74lH0UHf+TX6KxfYwaRkncqu2IbAwckhYA5N4=
      help     give the trust root in whose log it is, or have it signed anew
    checked
      format     Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
    not checked
      signature  not reached, or does not hold
      statement  not reached, or does not hold
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    trusting  sha256:aac9a54ff04a0b88b75dccdd86bc3f8de06329a30c4caae719e395d76d626913
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46

# a workflow of another branch: the same file as the change would have it
+ certify branch.json {"commit":"{base}","subject":"https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/agent"} policy.json workflow.json
$ gate --bundle branch.json --trusted-root root.json
    exit 1
    invalid: nothing of it is believed; signer_identity_mismatch
    signer_identity_mismatch /bundle
      the certificate's identity is another
      found    https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/agent
      expected https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      help     if the one that was found is whom you mean, pin that one
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/agent, says https://token.actions.githubusercontent.com, whom nobody named
    checked
      format       Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature    by the certificate's key
      certificate  chains to the trust root, valid at every time below
      sct          the certificate was logged
      log          the signature was logged
      time         2025-06-01T12:00:01Z
    not checked
      statement    not reached, or does not hold
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46

# the right workflow on a runner of somebody's own, and by another issuer
+ certify own.json {"commit":"{base}","runner":"self-hosted"} policy.json workflow.json
$ gate --bundle own.json --trusted-root root.json -q
    exit 1
    invalid: nothing of it is believed; builder_identity_mismatch
+ certify issuer.json {"commit":"{base}","issuer":"https://issuer.example"} policy.json workflow.json
$ gate --bundle issuer.json --trusted-root root.json -q
    exit 1
    invalid: nothing of it is believed; signer_identity_mismatch

# certificates alone may sign, and a key did
+ git checkout -q main
+ write shop/.attest/provenance.toml schema = 1\nrequired-level = "policy-grade"\n[[signer]]\nidentity = "https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main"\nissuer = "https://token.actions.githubusercontent.com"
+ commit certificates alone
$ gate --bundle key.json
    exit 2
    ! error: all who may sign do it with a certificate, and there is no trust root
    !   = help: give the trust root that their certificates are of: `--trusted-root FILE`
$ gate --bundle key.json --trusted-root root.json
    exit 1
    invalid: nothing of it is believed; signature_invalid
    signature_invalid /bundle
      a key signed, and only certificates may sign
      help     have it signed anew by a key or an identity that is trusted
    not checked
      format     not reached, or does not hold
      signature  not reached, or does not hold
      statement  not reached, or does not hold
    expecting .attest/provenance.toml, at 031a1138a761c4a923fff5a876f60b0a54405e46, sha256:34bfb7fcd9aefc648091eb66113c448ef72ecfd7c56052e5f13d5db0ad83a7c8
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
$ gate --bundle run.json --trusted-root root.json --key ed25519.pub
    exit 2
    ! error: the key sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46 is none of those that may sign
    !   = help: leave out `--key`, or add the key to a `[[signer]]` of the expectations

# the base branch went on; the change is the same, and so is what was signed
$ gate --bundle run.json --trusted-root root.json -q
    exit 0
    valid: policy-grade, its signature was verified

# of several entries it is said why each is another
+ git checkout -q main
+ write shop/.attest/provenance.toml schema = 1\nrequired-level = "policy-grade"\n[[signer]]\nidentity = "https://github.com/acme/shop/.github/workflows/other.yml@refs/heads/*"\nissuer = "https://token.actions.githubusercontent.com"\n[[signer]]\nidentity = "https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main"\nissuer = "https://token.actions.githubusercontent.com"\nenvironment = "staging"
+ commit two entries
$ gate --bundle run.json --trusted-root root.json
    exit 1
    invalid: nothing of it is believed; signer_identity_mismatch, builder_identity_mismatch
    signer_identity_mismatch /bundle
      entry 1: the certificate's identity is another
      found    https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      expected https://github.com/acme/shop/.github/workflows/other.yml@refs/heads/*
      help     if the one that was found is whom you mean, pin that one
    builder_identity_mismatch /bundle
      entry 2: the certificate's environment is another
      found    production
      expected staging
      help     if the one that was found is whom you mean, pin that one
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com, whom nobody named
    checked
      format       Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature    by the certificate's key
      certificate  chains to the trust root, valid at every time below
      sct          the certificate was logged
      log          the signature was logged
      time         2025-06-01T12:00:01Z
    not checked
      statement    not reached, or does not hold
    expecting .attest/provenance.toml, at 8a1c23977ebd314e063855288551de9530078aeb, sha256:71aed7b64ceb171ef28762a878cfc1925bb4617ad084fd7f0bb792c51a21f65c
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
