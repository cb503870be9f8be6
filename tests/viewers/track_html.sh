#!/usr/bin/env bash
# Operates the pages of snapshots and timelines in a small DOM, and compares their figures with the recordings.
#
# Needs node (Debian: `apt-get install nodejs`). Writes the pages to $DEEP_SIZE_VIEWERS, or else target/viewers.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
viewers=${DEEP_SIZE_VIEWERS:-$here/../../target/viewers}
inputs=$viewers/track_inputs
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$viewers/target} \
    cargo run --quiet --manifest-path "$here/track_inputs/Cargo.toml" -- "$inputs"
node "$here/html/track.mjs" "$inputs"
