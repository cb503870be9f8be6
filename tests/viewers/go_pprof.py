"""Runs `go tool pprof` and parses its output."""

import os
import re

from viewers import HOME, from_apt, run

SHOWN = re.compile(r"^Showing nodes accounting for (-?\d+)B?, \S+ of (-?\d+)B? total$", re.MULTILINE)
ROW = re.compile(r"^ *(-?\d+)B? +\S+ +\S+ +(-?\d+)B? +\S+  (.*)$")

go = from_apt("go", "golang-go")
print(run(go, "version").decode().strip())
os.environ["PPROF_TMPDIR"] = str(HOME / "pprof")


def pprof(*arguments):
    """The output with exact bytes and all nodes."""
    counts = any(str(argument).endswith("_objects") for argument in arguments)
    unit = [] if counts else ["-unit=b"]
    # pprof reports a download on standard error.
    quiet = not any(str(argument).startswith("http:") for argument in arguments)
    options = [*unit, "-nodecount=1000000", "-nodefraction=0", "-edgefraction=0"]
    return run(go, "tool", "pprof", *options, *arguments, quiet=quiet).decode()


def top(*arguments):
    """The total of `-top`, and flat and cumulative figures by name."""
    text = pprof("-top", *arguments)
    rows = [ROW.match(line) for line in text.splitlines()]
    return int(SHOWN.search(text)[1]), {row[3]: (int(row[1]), int(row[2])) for row in rows if row}
