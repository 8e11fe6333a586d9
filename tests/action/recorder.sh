#!/usr/bin/env bash
# Stands where attest stands, writes down what it was called with, and answers as it is told: how the shell calls attest and
# what becomes of an answer. That attest itself does what it says is tested with attest itself.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
for argument in "$@"; do
  printf '%s\0' "$argument"
done >>"$here/calls"
printf '\0' >>"$here/calls"
env -0 >>"$here/environment"
for argument in "$@"; do
  case $argument in
    --key=*)
      ls -l "${argument#--key=}" | cut -c 1-10 >"$here/key-mode"
      cat "${argument#--key=}" >"$here/key-text"
      ;;
    --output=*) printf '{"made":"by %s"}\n' "$1" >"${argument#--output=}" ;;
    --outputs=*) [[ ! -f $here/answer ]] || cat "$here/answer" >"${argument#--outputs=}" ;;
    --summary=*) printf '## Agent provenance: recorded\n' >"${argument#--summary=}" ;;
    --trusted-root=* | --signing-config=* | --expectations-file=*) cat "${argument#*=}" >>"$here/owned" ;;
  esac
done
printf '::error::what a statement says must be no command\n'
[[ ! -f $here/status ]] || exit "$(cat "$here/status")"
