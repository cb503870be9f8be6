#!/usr/bin/env bash
# Opens heap snapshots with the code of Chrome's developer tools and with memlab, and compares their figures with the report.
#
# Needs node and npm (Debian: `apt-get install nodejs npm`), and chromium for the last part, which is skipped without it. Installs
# chrome-devtools-frontend, esbuild, @memlab/core, @memlab/heap-analysis and puppeteer-core from npm into $DEEP_SIZE_VIEWERS, or
# else target/viewers.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
viewers=${DEEP_SIZE_VIEWERS:-$root/target/viewers}
tools=$viewers/heapsnapshot
inputs=$viewers/inputs
mkdir -p "$tools"

echo "== installing the readers into $tools"
cd "$tools"
[ -f package.json ] || echo '{"private": true}' > package.json
# memlab depends on puppeteer, which would download a browser.
export PUPPETEER_SKIP_DOWNLOAD=1
npm install --no-audit --no-fund --loglevel=error \
    chrome-devtools-frontend esbuild @memlab/core @memlab/heap-analysis puppeteer-core

echo "== writing the snapshots to $inputs"
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$viewers/target} \
    cargo run --quiet --manifest-path "$here/inputs/Cargo.toml" -- "$inputs"

echo "== Chrome's developer tools"
front_end=$tools/node_modules/chrome-devtools-frontend/front_end
# Chrome's build generates this file, so the package lacks it.
cat > "$front_end/core/i18n/locales.ts" <<END
export const [LOCALES, BUNDLED_LOCALES, DEFAULT_LOCALE] = [['en-US'], ['en-US'], 'en-US'];
export const [REMOTE_FETCH_PATTERN, LOCAL_FETCH_PATTERN] = ['', ''];
END
cat > devtools.ts <<END
export {SecondaryInitManager} from '$front_end/entrypoints/heap_snapshot_worker/HeapSnapshot.js';
export {HeapSnapshotLoader} from '$front_end/entrypoints/heap_snapshot_worker/HeapSnapshotLoader.js';
END
npx esbuild devtools.ts --bundle --platform=node --format=esm --outfile=devtools.mjs --log-level=error
node "$here/heapsnapshot/devtools.mjs" "$tools" "$inputs"

echo "== memlab"
node "$here/heapsnapshot/memlab.cjs" "$tools" "$inputs"

echo "== the Memory tab of Chromium"
if chromium=$(command -v chromium || command -v google-chrome); then
    node "$here/heapsnapshot/chromium.mjs" "$tools" "$inputs" "$chromium"
else
    echo "left out: neither chromium nor google-chrome is installed"
fi
