"""Shared by the scripts here: installing readers, finding inputs, and comparing figures.

Each script is run as `tests/viewers/NAME.py [FOLDER]`. It opens every NAME.FORMAT in the folder and compares the reader's figures with
NAME.total. Without a folder, tests/viewers/inputs writes the files, or track_inputs for track_NAME.py. Readers are installed in
$DEEP_SIZE_VIEWERS, or target/viewers.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("DEEP_SIZE_VIEWERS", ROOT / "target" / "viewers")).absolute()


def run(*command, stdin=None, quiet=True, env=None):
    """The output of a command that must succeed and, if `quiet`, print nothing on standard error."""
    done = subprocess.run(
        [str(part) for part in command], input=stdin, capture_output=True, env={**os.environ, **(env or {})}
    )
    complaints = done.stderr.decode(errors="replace").strip()
    if done.returncode != 0 or (quiet and complaints):
        sys.exit(f"{' '.join(map(str, command))}\nended with {done.returncode} and said:\n{complaints[-2000:]}")
    return done.stdout


def from_apt(tool, package):
    """The path of a program, installed from Debian's package if it is missing."""
    if not shutil.which(tool):
        print(f"installing {package} for {tool}: apt-get install {package}", flush=True)
        run("apt-get", "update", quiet=False)
        run("apt-get", "install", "-y", "--no-install-recommends", package, quiet=False)
    return shutil.which(tool)


def from_cargo(tool, package):
    """The path of a program, installed by `cargo install` into the folder of the readers if it is missing."""
    found = HOME / package / "bin" / tool
    if not found.exists():
        print(f"installing {package}: cargo install {package} --root {HOME / package}", flush=True)
        run("cargo", "install", package, "--root", HOME / package, quiet=False)
    return found


def from_npm(package):
    """The folder of an npm package in the folder of the readers."""
    found = HOME / "npm" / "node_modules" / package
    if not found.exists():
        from_apt("npm", "npm")
        print(f"installing {package}: npm install --prefix {HOME / 'npm'} {package}", flush=True)
        run("npm", "install", "--prefix", HOME / "npm", package, quiet=False)
    return found


def inputs(extension, package="inputs"):
    """The name of each value, its file in this format, and the figures of its report."""
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
    else:
        folder = HOME / package
        manifest = ROOT / "tests" / "viewers" / package / "Cargo.toml"
        env = {"CARGO_TARGET_DIR": str(HOME / "build")}
        run("cargo", "run", "--quiet", "--manifest-path", manifest, "--", folder, quiet=False, env=env)
    found = sorted(folder.glob(f"*.{extension}"))
    if not found:
        sys.exit(f"{folder} has no *.{extension}")
    return [(file.stem, file, json.loads(file.with_suffix(".total").read_text())) for file in found]


def as_float(number):
    """A number after rounding to a 64-bit float: exact up to 2^53."""
    return int(float(number))


class Comparison:
    """Prints each comparison, and exits with code 1 if any differed."""

    def __init__(self):
        self.compared = self.differed = 0

    def same(self, what, shown, expected, loud=True):
        self.compared += 1
        if shown != expected:
            self.differed += 1
            print(f"DIFFERS  {what}: {shown} is shown, {expected} was expected", flush=True)
        elif loud:
            print(f"same     {what}: {shown}", flush=True)

    def finish(self):
        print(f"{self.compared} figures compared, {self.differed} differ")
        sys.exit(1 if self.differed else 0)
