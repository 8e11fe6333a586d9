# high-assurance: an isolated runner, a witness whose signature is in a log, an approval by somebody else
+ expect assurance.toml
+ change
+ certify witness.json {"repository":"acme/vault","workflow":"witness.yml"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"trace","digest":{"sha256":"{sha256:trace.json}"}}],"predicateType":"https://acme.example/witness/v1","predicate":{}}
+ sign approval.json p256 {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{}}
+ certify run.json {"commit":"{base}"} policy.json assurance.json
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval approval.json
    exit 0
    valid: high-assurance, its signature was verified
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    witnessed by https://github.com/acme/vault/.github/workflows/witness.yml@refs/heads/main, says https://token.actions.githubusercontent.com, sha256:d55902f141b19f5f280adae8968acf3dc99ae8255bdbc950cbfb9964b8c9b889
    approved by the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4, sha256:45638be9dcf80a9a068bf26190d33d6367e9fd3eefd57b1d0ad78c6d713acfc6
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      statement          in-toto, https://agentattest.dev/predicate/v1 about 2 subjects
      source repository  https://github.com/acme/shop
      source commit      21d37ea41e0ae0009f6ca0517f26b0f36be63643
      source run         https://github.com/acme/shop/actions/runs/4242/attempts/1
      subjects           patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, repo-tree sha256:02719558e7e80a8439644b011272452660f4d14d541117a488d71e65330fee11, and no other
      base commit        21d37ea41e0ae0009f6ca0517f26b0f36be63643
      repository         https://github.com/acme/shop
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      runner             not pinned
      trigger            not pinned
      environment        not pinned
      pull request       no `--pull-request`
    expecting .attest/provenance.toml, at 21d37ea41e0ae0009f6ca0517f26b0f36be63643, sha256:0801dd34d977ada770d57287e73538a59c0e8c1d60ad938132f3e3b678ac43bf
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval approval.json --run-id github-4242-1 -q
    exit 0
    valid: high-assurance, its signature was verified

# without a witness, without an approval
$ gate --bundle run.json --trusted-root root.json --approval approval.json
    exit 1
    invalid: high-assurance is claimed; transparency_verification_failed
    transparency_verification_failed /statement/predicate/environment/witnesses/0
      no verified witness has this type and digest
      found    {"digest":{"sha256":"d55902f141b19f5f280adae8968acf3dc99ae8255bdbc950cbfb9964b8c9b889"},"id":"log-1","type":"transparency-log"}
      expected `context.verifiedWitnesses`, which is not there
      help     have the witness verified: beside a bundle `--witness FILE`, else its type and digest in the context
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    approved by the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4, sha256:45638be9dcf80a9a068bf26190d33d6367e9fd3eefd57b1d0ad78c6d713acfc6
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      statement          in-toto, https://agentattest.dev/predicate/v1 about 2 subjects
      source repository  https://github.com/acme/shop
      source commit      21d37ea41e0ae0009f6ca0517f26b0f36be63643
      source run         https://github.com/acme/shop/actions/runs/4242/attempts/1
      subjects           patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, repo-tree sha256:02719558e7e80a8439644b011272452660f4d14d541117a488d71e65330fee11, and no other
      base commit        21d37ea41e0ae0009f6ca0517f26b0f36be63643
      repository         https://github.com/acme/shop
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      runner             not pinned
      trigger            not pinned
      environment        not pinned
      pull request       no `--pull-request`
    expecting .attest/provenance.toml, at 21d37ea41e0ae0009f6ca0517f26b0f36be63643, sha256:0801dd34d977ada770d57287e73538a59c0e8c1d60ad938132f3e3b678ac43bf
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
$ gate --bundle run.json --trusted-root root.json --witness witness.json
    exit 1
    invalid: high-assurance is claimed; missing_evidence
    missing_evidence /context
      no approval is verified: `verifiedApproval` of the context is not true
      found    {"allowSelfHostedRunners":false,"allowedIsolatedRunners":["https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main"],"baseCommit":"21d37ea41e0ae0009f6ca0517f26b0f36be63643","expectedR…
      expected `verifiedApproval`: true
      help     give the evidence and what verifies it: beside a bundle `--approval FILE`, else in the context
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    witnessed by https://github.com/acme/vault/.github/workflows/witness.yml@refs/heads/main, says https://token.actions.githubusercontent.com, sha256:d55902f141b19f5f280adae8968acf3dc99ae8255bdbc950cbfb9964b8c9b889
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      statement          in-toto, https://agentattest.dev/predicate/v1 about 2 subjects
      source repository  https://github.com/acme/shop
      source commit      21d37ea41e0ae0009f6ca0517f26b0f36be63643
      source run         https://github.com/acme/shop/actions/runs/4242/attempts/1
      subjects           patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, repo-tree sha256:02719558e7e80a8439644b011272452660f4d14d541117a488d71e65330fee11, and no other
      base commit        21d37ea41e0ae0009f6ca0517f26b0f36be63643
      repository         https://github.com/acme/shop
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      runner             not pinned
      trigger            not pinned
      environment        not pinned
      pull request       no `--pull-request`
    expecting .attest/provenance.toml, at 21d37ea41e0ae0009f6ca0517f26b0f36be63643, sha256:0801dd34d977ada770d57287e73538a59c0e8c1d60ad938132f3e3b678ac43bf
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308

# another run than the certificate's: asked for, and claimed
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval approval.json --run-id github-4242-2 -q
    exit 1
    invalid: nothing of it is believed; replay_detected
+ certify other.json {"commit":"{base}"} policy.json assurance.json {"predicate":{"runId":"github-4243-1"}}
$ gate --bundle other.json --trusted-root root.json --witness witness.json --approval approval.json -q
    exit 1
    invalid: high-assurance is claimed; replay_detected
+ certify other.json {"commit":"{base}","run":null} policy.json assurance.json
$ gate --bundle other.json --trusted-root root.json --witness witness.json --approval approval.json -q
    exit 1
    invalid: nothing of it is believed; missing_evidence

# witnesses that are none: nobody's, by a key, about something else, of no log
+ certify stranger.json {"repository":"acme/stranger","workflow":"witness.yml"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"trace","digest":{"sha256":"{sha256:trace.json}"}}],"predicateType":"https://acme.example/witness/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --witness stranger.json --approval approval.json
    exit 1
    invalid: nothing of it is believed; transparency_verification_failed
    transparency_verification_failed /witness/0
      `stranger.json` is not verified: the certificate's identity is another
      found    https://github.com/acme/stranger/.github/workflows/witness.yml@refs/heads/main
      expected https://github.com/acme/vault/.github/workflows/witness.yml@refs/heads/main
      help     if the one that was found is whom you mean, pin that one
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    approved by the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4, sha256:45638be9dcf80a9a068bf26190d33d6367e9fd3eefd57b1d0ad78c6d713acfc6
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      statement          in-toto, https://agentattest.dev/predicate/v1 about 2 subjects
      source repository  https://github.com/acme/shop
      source commit      21d37ea41e0ae0009f6ca0517f26b0f36be63643
      source run         https://github.com/acme/shop/actions/runs/4242/attempts/1
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      runner             not pinned
      trigger            not pinned
      environment        not pinned
    expecting .attest/provenance.toml, at 21d37ea41e0ae0009f6ca0517f26b0f36be63643, sha256:0801dd34d977ada770d57287e73538a59c0e8c1d60ad938132f3e3b678ac43bf
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
$ gate --bundle run.json --trusted-root root.json --witness approval.json --approval approval.json -q
    exit 1
    invalid: nothing of it is believed; transparency_verification_failed
+ certify else.json {"repository":"acme/vault","workflow":"witness.yml"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"trace","digest":{"sha256":"{base}000000000000000000000000"}}],"predicateType":"https://acme.example/witness/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --witness else.json --approval approval.json
    exit 1
    invalid: nothing of it is believed; transparency_verification_failed
    transparency_verification_failed /witness/0
      `else.json` is about nothing that the run's statement has as subject or evidence
      help     have a subject or an evidence of this run witnessed
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    approved by the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4, sha256:45638be9dcf80a9a068bf26190d33d6367e9fd3eefd57b1d0ad78c6d713acfc6
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      statement          in-toto, https://agentattest.dev/predicate/v1 about 2 subjects
      source repository  https://github.com/acme/shop
      source commit      21d37ea41e0ae0009f6ca0517f26b0f36be63643
      source run         https://github.com/acme/shop/actions/runs/4242/attempts/1
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      runner             not pinned
      trigger            not pinned
      environment        not pinned
    expecting .attest/provenance.toml, at 21d37ea41e0ae0009f6ca0517f26b0f36be63643, sha256:0801dd34d977ada770d57287e73538a59c0e8c1d60ad938132f3e3b678ac43bf
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
+ write broken.json {}
$ gate --bundle run.json --trusted-root root.json --witness broken.json --approval approval.json
    exit 3
    invalid: nothing of it is believed; transparency_verification_failed
    transparency_verification_failed /witness/0
      `broken.json` is not verified: the bundle cannot be read: it has no `mediaType`, and is no DSSE envelope
      help     give a Sigstore bundle as JSON, version 0.1 to 0.3, or a DSSE envelope
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    approved by the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4, sha256:45638be9dcf80a9a068bf26190d33d6367e9fd3eefd57b1d0ad78c6d713acfc6
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      statement          in-toto, https://agentattest.dev/predicate/v1 about 2 subjects
      source repository  https://github.com/acme/shop
      source commit      21d37ea41e0ae0009f6ca0517f26b0f36be63643
      source run         https://github.com/acme/shop/actions/runs/4242/attempts/1
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      runner             not pinned
      trigger            not pinned
      environment        not pinned
    expecting .attest/provenance.toml, at 21d37ea41e0ae0009f6ca0517f26b0f36be63643, sha256:0801dd34d977ada770d57287e73538a59c0e8c1d60ad938132f3e3b678ac43bf
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308

# a witness that is verified, and that the statement does not declare
+ certify second.json {"repository":"acme/vault","workflow":"witness.yml"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/witness/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --witness second.json --approval approval.json -q
    exit 1
    invalid: high-assurance is claimed; transparency_verification_failed
$ gate --bundle run.json --trusted-root root.json --witness second.json --witness witness.json --approval approval.json -q
    exit 0
    valid: high-assurance, its signature was verified

# approvals that are none: by nobody who may, by the signer of the run, of another type, of another change, not in the evidence
+ sign nobody.json other {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval nobody.json
    exit 1
    invalid: nothing of it is believed; missing_evidence
    missing_evidence /approval/0/signatures
      `nobody.json` is not verified: no signature of the envelope is by the key
      help     somebody else signed, or the envelope was changed afterwards: do not use what it speaks of
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    witnessed by https://github.com/acme/vault/.github/workflows/witness.yml@refs/heads/main, says https://token.actions.githubusercontent.com, sha256:d55902f141b19f5f280adae8968acf3dc99ae8255bdbc950cbfb9964b8c9b889
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      statement          in-toto, https://agentattest.dev/predicate/v1 about 2 subjects
      source repository  https://github.com/acme/shop
      source commit      21d37ea41e0ae0009f6ca0517f26b0f36be63643
      source run         https://github.com/acme/shop/actions/runs/4242/attempts/1
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      runner             not pinned
      trigger            not pinned
      environment        not pinned
    expecting .attest/provenance.toml, at 21d37ea41e0ae0009f6ca0517f26b0f36be63643, sha256:0801dd34d977ada770d57287e73538a59c0e8c1d60ad938132f3e3b678ac43bf
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
+ certify self.json {"commit":"{base}"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval self.json
    exit 1
    invalid: nothing of it is believed; missing_evidence
    missing_evidence /approval/0
      `self.json` is by the signer of the run, who does not approve their own change
      help     have somebody else approve the change
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    witnessed by https://github.com/acme/vault/.github/workflows/witness.yml@refs/heads/main, says https://token.actions.githubusercontent.com, sha256:d55902f141b19f5f280adae8968acf3dc99ae8255bdbc950cbfb9964b8c9b889
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      statement          in-toto, https://agentattest.dev/predicate/v1 about 2 subjects
      source repository  https://github.com/acme/shop
      source commit      21d37ea41e0ae0009f6ca0517f26b0f36be63643
      source run         https://github.com/acme/shop/actions/runs/4242/attempts/1
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      runner             not pinned
      trigger            not pinned
      environment        not pinned
    expecting .attest/provenance.toml, at 21d37ea41e0ae0009f6ca0517f26b0f36be63643, sha256:0801dd34d977ada770d57287e73538a59c0e8c1d60ad938132f3e3b678ac43bf
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
+ sign type.json p256 {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/rejection/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval type.json
    exit 1
    invalid: nothing of it is believed; missing_evidence
    missing_evidence /approval/0
      `type.json` is no approval of a type that counts
      found    https://acme.example/rejection/v1
      expected https://acme.example/approval/v1
      help     have an approval of that type signed
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    witnessed by https://github.com/acme/vault/.github/workflows/witness.yml@refs/heads/main, says https://token.actions.githubusercontent.com, sha256:d55902f141b19f5f280adae8968acf3dc99ae8255bdbc950cbfb9964b8c9b889
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      statement          in-toto, https://agentattest.dev/predicate/v1 about 2 subjects
      source repository  https://github.com/acme/shop
      source commit      21d37ea41e0ae0009f6ca0517f26b0f36be63643
      source run         https://github.com/acme/shop/actions/runs/4242/attempts/1
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      runner             not pinned
      trigger            not pinned
      environment        not pinned
    expecting .attest/provenance.toml, at 21d37ea41e0ae0009f6ca0517f26b0f36be63643, sha256:0801dd34d977ada770d57287e73538a59c0e8c1d60ad938132f3e3b678ac43bf
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
+ sign change.json p256 {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{tree}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval change.json
    exit 1
    invalid: nothing of it is believed; missing_evidence
    missing_evidence /approval/0
      `change.json` approves another change than this one
      help     have this change approved: the subject is its `patch.diff`
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    witnessed by https://github.com/acme/vault/.github/workflows/witness.yml@refs/heads/main, says https://token.actions.githubusercontent.com, sha256:d55902f141b19f5f280adae8968acf3dc99ae8255bdbc950cbfb9964b8c9b889
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      statement          in-toto, https://agentattest.dev/predicate/v1 about 2 subjects
      source repository  https://github.com/acme/shop
      source commit      21d37ea41e0ae0009f6ca0517f26b0f36be63643
      source run         https://github.com/acme/shop/actions/runs/4242/attempts/1
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      runner             not pinned
      trigger            not pinned
      environment        not pinned
    expecting .attest/provenance.toml, at 21d37ea41e0ae0009f6ca0517f26b0f36be63643, sha256:0801dd34d977ada770d57287e73538a59c0e8c1d60ad938132f3e3b678ac43bf
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
+ sign again.json p256 {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{"again":true}}
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval again.json -q
    exit 1
    invalid: high-assurance is claimed; missing_evidence
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval again.json --approval approval.json -q
    exit 0
    valid: high-assurance, its signature was verified

# a runner that is not among the isolated ones, no trace, another configuration of the agent
+ git checkout -q main
+ edit shop/.attest/provenance.toml shop/.attest/provenance.toml isolated-runners isolated-runners=["https://vault.acme.example"]#
+ commit another runner
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval approval.json -q
    exit 1
    invalid: high-assurance is claimed; builder_identity_mismatch
+ git reset -q --hard HEAD~1
+ certify other.json {"commit":"{base}"} policy.json assurance.json {"predicate":{"agentConfig":{"primaryDigest":{"sha256":"{tree}"}}}}
$ gate --bundle other.json --trusted-root root.json --witness witness.json --approval approval.json -q
    exit 1
    invalid: high-assurance is claimed; missing_evidence
+ git checkout -q main
+ git rm -q AGENTS.md
+ commit no configuration
+ git checkout -q -b later
+ write shop/later.py pass
+ commit later
$ gate --bundle run.json --trusted-root root.json --head later
    exit 3
    ! error: `AGENTS.md`, the agent's configuration, is not at the base, 9c9dc108b0225357643a23a0b49545ea9ea09ac3
    !   = help: commit it to the base branch, or leave `agent-config` out of the expectations

# a witness by a timestamp authority alone
+ git checkout -q agent
+ log none
+ certify witness.json {"repository":"acme/vault","workflow":"witness.yml"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"trace","digest":{"sha256":"{sha256:trace.json}"}}],"predicateType":"https://acme.example/witness/v1","predicate":{}}
+ certify run.json {"commit":"{base}"} policy.json assurance.json
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval approval.json -q
    exit 1
    invalid: high-assurance is claimed; transparency_verification_failed
+ certify run.json {"commit":"{base}"} policy.json assurance.json {"predicate":{"environment":{"witnesses":[{"id":"tsa-1","type":"timestamp-authority","digest":{"sha256":"{sha256:witness.json}"}}]}}}
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval approval.json
    exit 0
    valid: high-assurance, its signature was verified
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    witnessed by https://github.com/acme/vault/.github/workflows/witness.yml@refs/heads/main, says https://token.actions.githubusercontent.com, sha256:f686a7715be4366105eed1419d40e4f53522a1efb37b56e729c21d1ad7a15161
    approved by the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4, sha256:45638be9dcf80a9a068bf26190d33d6367e9fd3eefd57b1d0ad78c6d713acfc6
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      time               2025-06-01T12:00:02Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      statement          in-toto, https://agentattest.dev/predicate/v1 about 2 subjects
      source repository  https://github.com/acme/shop
      source commit      21d37ea41e0ae0009f6ca0517f26b0f36be63643
      source run         https://github.com/acme/shop/actions/runs/4242/attempts/1
      subjects           patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, repo-tree sha256:02719558e7e80a8439644b011272452660f4d14d541117a488d71e65330fee11, and no other
      base commit        21d37ea41e0ae0009f6ca0517f26b0f36be63643
      repository         https://github.com/acme/shop
    not checked
      sct                the trust root has no log
      log                the trust root has no log
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      runner             not pinned
      trigger            not pinned
      environment        not pinned
      pull request       no `--pull-request`
    expecting .attest/provenance.toml, at 9c9dc108b0225357643a23a0b49545ea9ea09ac3, sha256:0801dd34d977ada770d57287e73538a59c0e8c1d60ad938132f3e3b678ac43bf
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:264069ef9ebe7d514eb14570bc4b1d9f892a8351b5373ecd2cf5d81cd30cc659
