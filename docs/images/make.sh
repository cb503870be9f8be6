#!/usr/bin/env bash
# Renders the README's images from the main example: the HTML report, light and dark, and the terminal report.
#
#   docs/images/make.sh
#
# Needs node, npm and Chromium (Debian: `apt-get install nodejs npm chromium`). Installs puppeteer-core and sharp from
# npm into $DEEP_SIZE_VIEWERS, or else target/viewers.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
tools=${DEEP_SIZE_VIEWERS:-$root/target/viewers}/images

if ! chromium=$(command -v chromium || command -v google-chrome); then
    echo "chromium is missing: apt-get install chromium" >&2
    exit 1
fi
mkdir -p "$tools"
cd "$tools"
[ -f package.json ] || echo '{"private": true}' > package.json
npm install --no-audit --no-fund --loglevel=error puppeteer-core sharp

cd "$root"
example() { cargo run --quiet --release --features exports --example dependency_graph -- "$@"; }
# A relative path, because the report prints it.
example --format html --output "$tools/report.html" Cargo.lock
example Cargo.lock > "$tools/report.txt"

node "$here/page.mjs" "$tools" "$tools/report.html" "$chromium" "$here"
node "$here/terminal.mjs" "$tools/report.txt" "$here/terminal.svg"
ls -l "$here"/*.png "$here"/*.svg
