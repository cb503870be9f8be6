#!/usr/bin/env bash
# Opens profiles for DHAT with valgrind's viewer in a headless Chromium, sorts them by each metric, and compares its figures with the
# snapshot.
#
# Needs node, npm, Chromium and valgrind (Debian: `apt-get install nodejs npm chromium valgrind`). Installs puppeteer-core from npm into
# $DEEP_SIZE_VIEWERS, or else target/viewers, and leaves screenshots there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
viewers=${DEEP_SIZE_VIEWERS:-$root/target/viewers}
tools=$viewers/html
inputs=${1:-$viewers/track_inputs}
shots=$viewers/track_dhat
mkdir -p "$tools" "$shots"

if ! chromium=$(command -v chromium || command -v google-chrome); then
    echo "== installing chromium: apt-get install chromium"
    apt-get update -qq
    apt-get install -y -qq chromium
    chromium=$(command -v chromium)
fi
viewer() { find /usr/libexec/valgrind /usr/lib/valgrind -name dh_view.html 2>/dev/null | head -n 1; }
if [ -z "$(viewer)" ]; then
    echo "== installing valgrind: apt-get install valgrind"
    apt-get update -qq
    apt-get install -y -qq valgrind
fi
valgrind --version

echo "== installing puppeteer-core into $tools"
cd "$tools"
[ -f package.json ] || echo '{"private": true}' > package.json
[ -d node_modules/puppeteer-core ] || npm install --no-audit --no-fund --loglevel=error puppeteer-core

if [ $# -eq 0 ]; then
    echo "== writing the profiles to $inputs"
    CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$viewers/build} \
        cargo run --quiet --manifest-path "$here/track_inputs/Cargo.toml" -- "$inputs"
fi
timeout 300 node "$here/track_dhat.mjs" "$tools" "$inputs" "$chromium" "$(viewer)" "$shots"
