# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # `run.sh` sets private and home, and runs attest.
# Which attest is used: one that is there, checked, or one that is built from the sources that lie beside this file. Sourced
# by `run.sh`, whose variables it reads.

# find_attest: sets `attest` to the path of the program.
find_attest() {
  local path wanted found
  path=$(input attest)
  wanted=$(matching attest-sha256 '[0-9a-fA-F]{64}' 'a SHA-256 in hex')
  if [[ -z $path ]]; then
    [[ -z $wanted ]] || fail "$USAGE" "\`attest-sha256\` is the digest of a program that is there" "name it: \`attest\`"
    build_attest
    return
  fi
  path=$(located attest "$path")
  if [[ -n $wanted ]]; then
    # What is checked is what is run, whatever becomes of the file.
    cp -- "$path" "$private/attest"
    chmod 0700 "$private/attest"
    path=$private/attest
    found=$(sha256 "$path")
    wanted=$(printf '%s' "$wanted" | tr 'A-F' 'a-f')
    [[ $found == "$wanted" ]] || fail "$UNDECIDED" "the program's SHA-256 is $found, which is not \`attest-sha256\`" "use the program that was meant"
  elif [[ -L $path ]] || in_workspace "$path"; then
    fail "$USAGE" "the program is in the workspace, where the change can write it" "give its digest: \`attest-sha256\`"
  fi
  [[ -x $path ]] || fail "$UNDECIDED" "the program may not be run" "make it executable"
  attest=$path
}

# build_attest: from the sources of the action itself. Every crate is held to its checksum in `Cargo.lock`.
build_attest() {
  local name environment=()
  if in_workspace "$home"; then
    fail "$USAGE" "the action lies in the workspace, where the change can write it" \
      "name the action by a commit of its own repository, or a program: \`attest\` with \`attest-sha256\`"
  fi
  command -v cargo >/dev/null || fail "$UNDECIDED" "there is no cargo to build attest" "install Rust, or name a program: \`attest\`"
  # The build runs programs of others. It sees no token and no secret, and no cargo configuration of the workspace.
  for name in PATH HOME CARGO_HOME RUSTUP_HOME TMPDIR SDKROOT DEVELOPER_DIR SSL_CERT_FILE SSL_CERT_DIR \
    HTTPS_PROXY HTTP_PROXY NO_PROXY https_proxy http_proxy no_proxy; do
    [[ -z ${!name-} ]] || environment+=("$name=${!name}")
  done
  say 'building attest'
  (
    cd -- "$home" || exit
    quietly env -i "${environment[@]}" "CARGO_TARGET_DIR=$private/target" \
      cargo install --locked --quiet --no-track --path "$home" --root "$private/installed"
  )
  attest=$private/installed/bin/attest
}
