# what the change itself says of what is expected has no effect: the expectations are those of the tip of `main`
+ expect key.toml
+ change
+ sign honest.json p256 policy.json
+ sign mallory.json other policy.json
+ git checkout -q agent
+ edit shop/.attest/provenance.toml shop/.attest/provenance.toml policy-grade evidence-grade
+ edit shop/.attest/provenance.toml shop/.attest/provenance.toml mason mallory
+ commit policy changed by the pull request
+ sign run.json p256 policy.json {"predicate":{"verificationLevel":"evidence-grade"}}
$ gate --bundle run.json
    exit 1
    invalid: evidence-grade is claimed; level_below_required
    level_below_required /statement/predicate/verificationLevel
      evidence-grade is claimed, policy-grade is required
      found    "evidence-grade"
      expected policy-grade
      help     have a statement of the required level, or require less
    signed by the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4, who may: mason, the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4
    checked
      format                 Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature              by the key, over the envelope
      statement              in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      subjects               patch.diff sha256:61bf23864f7598f80190935db13fc75515b367c809c6c90bd6d22ec986ac636c, and no other
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

# a bundle of the change as it was before
$ gate --bundle honest.json
    exit 1
    invalid: policy-grade is claimed; subject_digest_mismatch
    subject_digest_mismatch /context/subjects/0
      the statement has no subject `patch.diff` of that digest
      found    {"algorithm":"sha256","digest":"61bf23864f7598f80190935db13fc75515b367c809c6c90bd6d22ec986ac636c","name":"patch.diff"}
      expected [{"digest":{"sha256":"8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f"},"name":"patch.diff"}]
      help     compute the digests of the change anew; a statement about another change does not carry this one
    subject_digest_mismatch /statement/subject/0
      the context has no subject of that name and digest
      found    {"digest":{"sha256":"8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f"},"name":"patch.diff"}
      expected [{"algorithm":"sha256","digest":"61bf23864f7598f80190935db13fc75515b367c809c6c90bd6d22ec986ac636c","name":"patch.diff"}]
      help     compute the digests of the change anew; a statement about another change does not carry this one
    signed by the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4, who may: mason, the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4
    checked
      format                 Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature              by the key, over the envelope
      statement              in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      base commit            d57a08e1e4cb0b3eae8dd65680cddaed1e4bc474
      repository             https://github.com/acme/shop
    not checked
      log                    no trust root was given
      time                   a signature by a key alone does not say when
      source repository      the signature does not say from which one it comes
      source commit          the signature does not say at which one the run was
      source run             `run-from-certificate` is not set
      subjects               others than patch.diff sha256:61bf23864f7598f80190935db13fc75515b367c809c6c90bd6d22ec986ac636c
      pull request           no `--pull-request`
      run                    no `--run-id`
      agent's configuration  the expectations have no `agent-config`
    expecting .attest/provenance.toml, at d57a08e1e4cb0b3eae8dd65680cddaed1e4bc474, sha256:03b5fc8527feb76673733860d7a784ba682f0e04a6494e2155558e8fb09990b1
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4

# an attacker's own key
$ gate --bundle mallory.json -q
    exit 1
    invalid: nothing of it is believed; signature_invalid

# forged files in the work tree: expectations, and a cache
+ write shop/.attest/provenance.toml schema = 1\nrequired-level = "evidence-grade"
+ write shop/.attest/cache.db SQLite
$ gate --bundle run.json -q
    exit 1
    invalid: evidence-grade is claimed; level_below_required

# an old base has older expectations; those of the branch's tip count
+ git checkout -q -f main
+ edit shop/.attest/provenance.toml shop/.attest/provenance.toml builds.acme.example/mason" builds.acme.example/newer"
+ commit newer expectations
+ sign run.json p256 policy.json
$ gate --bundle run.json
    exit 1
    invalid: policy-grade is claimed; builder_identity_mismatch
    builder_identity_mismatch /statement/predicate/environment/builder/id
      the builder is another than the verified one
      found    "https://builds.acme.example/mason"
      expected https://builds.acme.example/newer
      help     verify the builder's identity, and give it in the context as it is in the certificate
    signed by the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4, who may: mason, the key sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4
    checked
      format                 Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature              by the key, over the envelope
      statement              in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      subjects               patch.diff sha256:61bf23864f7598f80190935db13fc75515b367c809c6c90bd6d22ec986ac636c, and no other
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
    expecting .attest/provenance.toml, at 271446185450bf953a0f1b826a0764db6468b4d1, sha256:f922f256846929151e9cffb38746306b9a30239155bcc35a6883f9d9144e1063
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4

# the change is one of another repository
+ git checkout -q agent
+ sign run.json p256 policy.json {"predicate":{"environment":{"builder":{"id":"https://builds.acme.example/newer"}}}}
$ gate --bundle run.json -q
    exit 0
    valid: policy-grade, its signature was verified
$ gate --bundle run.json --repo-url https://github.com/acme/other
    exit 2
    ! error: `--repo-url` is `https://github.com/acme/other`, and the expectations are those of `https://github.com/acme/shop`
    !   = help: leave out `--repo-url`

# a run of another pull request, and another run
$ gate --bundle run.json --pull-request 17 -q
    exit 1
    invalid: policy-grade is claimed; replay_detected
$ gate --bundle run.json --run-id github-4242-2 -q
    exit 1
    invalid: policy-grade is claimed; replay_detected
$ gate --bundle run.json --run-id github-4242-1 -q
    exit 0
    valid: policy-grade, its signature was verified

# too old
$ gate --bundle run.json --at 2025-06-02T11:59:01Z -q
    exit 1
    invalid: policy-grade is claimed; stale_attestation
$ gate --bundle run.json --at 2025-06-01T11:58:59Z -q
    exit 1
    invalid: policy-grade is claimed; stale_attestation

# what nobody signed: the hint, the version of the media type, members that nobody knows
+ edit run.json free.json {"dsseEnvelope {"unknown":{"trust":"signature"},"dsseEnvelope
+ edit free.json free.json bundle.v0.3+json bundle+json;version=0.3
+ edit free.json free.json "hint":"a "hint":"b
$ gate --bundle free.json -q
    exit 0
    valid: policy-grade, its signature was verified

# what was signed
+ edit run.json broken.json "payload":"ew "payload":"fw
$ gate --bundle broken.json
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
    expecting .attest/provenance.toml, at 271446185450bf953a0f1b826a0764db6468b4d1, sha256:f922f256846929151e9cffb38746306b9a30239155bcc35a6883f9d9144e1063
    trusting  sha256:afece7516d160399ac21d500c2545ead7ddaedd7ff782f745fc429f9ef6171a4
