#!/usr/bin/env bash
# Opens the pages of reports, censuses, snapshots and timelines in a headless Chromium, and operates them by mouse and keyboard.
# Compares their figures with the values.
#
# Needs node, npm and Chromium (Debian: `apt-get install nodejs npm chromium`). Installs puppeteer-core and axe-core from npm into
# $DEEP_SIZE_VIEWERS, or else target/viewers, and leaves screenshots there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
viewers=${DEEP_SIZE_VIEWERS:-$root/target/viewers}
tools=$viewers/html
inputs=$viewers/inputs
shots=$tools/screenshots
mkdir -p "$tools" "$shots"

if ! chromium=$(command -v chromium || command -v google-chrome); then
    echo "== installing chromium"
    apt-get update -qq
    apt-get install -y -qq chromium
    chromium=$(command -v chromium)
fi

echo "== installing the tools into $tools"
cd "$tools"
[ -f package.json ] || echo '{"private": true}' > package.json
npm install --no-audit --no-fund --loglevel=error puppeteer-core axe-core

echo "== writing the pages to $inputs"
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$viewers/target} \
    cargo run --quiet --manifest-path "$here/inputs/Cargo.toml" -- "$inputs"
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$viewers/target} \
    cargo run --quiet --manifest-path "$here/track_inputs/Cargo.toml" -- "$viewers/track_inputs"

node "$here/html/census.mjs" "$inputs/census/census.html" "$inputs/census/census.json"
for part in pages use access roots recordings speed shots; do
    echo "== $part"
    timeout 600 node "$here/html/$part.mjs" "$tools" "$inputs" "$chromium" "$shots"
done
