#!/usr/bin/env python3
"""Opens profiles of allocation tracking with `go tool pprof`: totals, flat and cumulative figures by name, lines and differences."""

import json
import re
from collections import Counter
from pathlib import Path

from go_pprof import go, pprof, top
from viewers import Comparison, as_float, from_apt, from_npm, inputs, run

node = from_apt("node", "nodejs")
speedscope = from_npm("speedscope")
from_apt("readelf", "binutils")

INLINED = re.compile(r" \((partial-)?inline\)$")


def without_marks(rows):
    """The rows by function name, ignoring the mark of inlined functions."""
    return {INLINED.sub("", name): figures for name, figures in rows.items()}


def by_name(total, kind):
    """Flat and cumulative figures by name, where a name counts once for each stack."""
    flat, cumulative = Counter(), Counter()
    for trace in total["traces"]:
        flat[trace["stack"][-1]] += trace[kind]
        for name in set(trace["stack"]):
            cumulative[name] += trace[kind]
    return {name: (flat[name], cumulative[name]) for name in cumulative if cumulative[name]}


compare = Comparison()
opened = {name: (file, total) for name, file, total in inputs("pprof", "track_inputs")}
for name, (file, total) in opened.items():
    default = top(file)[0]
    compare.same(f"{name}: default figure", default, total["totals"]["inuse_space"], loud=False)
    for at, (kind, expected) in enumerate(total["totals"].items()):
        accounted, rows = top(f"-sample_index={kind}", file)
        rows = without_marks(rows)
        compare.same(f"{name}: total of {kind}", accounted, expected)
        if name not in ("first_full", "shallow"):  # These show hidden frames.
            shown = {name: row for name, row in rows.items() if row[1] > 0}
            compare.same(f"{name}: flat and cumulative {kind} by name", shown == by_name(total, kind), True, loud=False)
        for function, amounts in total["known"].items():
            # All, live, at the peak; blocks, bytes.
            known = amounts[at // 2][1 - at % 2]
            compare.same(f"{name}: {kind} of {function}", rows.get(function, (0, 0))[1], known, loud=kind == "alloc_space")
    raw = pprof("-raw", file)
    compare.same(f"{name}: period", f"Period: {total['period']}\n" in raw and "PeriodType: space bytes\n" in raw, True, loud=False)
    if total["traces"]:
        mapping = next(line for line in raw.split("Mappings\n")[1].splitlines() if total["program"] in line)
        notes = run("readelf", "-n", total["program"]).decode()
        build_id = re.search(r"Build ID: (\w+)", notes)
        compare.same(f"{name}: the program with its build id", build_id is None or build_id[1] in mapping, True, loud=False)
    less_itself = top(f"-diff_base={file}", file)[0] if default else 0
    compare.same(f"{name}: less itself", less_itself, 0, loud=False)
    read = json.loads(run(node, Path(__file__).with_name("speedscope.mjs"), speedscope / "dist" / "release", file))
    compare.same(f"{name}: complaints of speedscope", read["complaints"], [], loud=False)
    compare.same(f"{name}: total weight in speedscope", as_float(sum(read["totals"])), as_float(default))

# Source lines: the allocations of `entry` appear at its only statement and at the loop around the call.
file, total = opened["first"]
source = pprof("-list=work::(entry|more)$", file)
lines = [line.split() for line in source.splitlines() if ". " in line or "B " in line]
compare.same("first: -list shows the source", {line[0] for line in lines if "vec![0; 512]" in " ".join(line)}, {"512000B"})
compare.same("first: and the inlined call", {line[1] for line in lines if "cache.push(entry())" in " ".join(line)}, {"512000B"})
tree = pprof("-traces", file)
compare.same("first: -traces marks inlined functions", "track_inputs::work::entry (inline)" in tree, True)

# Two moments.
(before, earlier), (after, later) = opened["first"], opened["second"]
for kind in total["totals"]:
    shown, rows = top(f"-sample_index={kind}", f"-diff_base={before}", after)
    compare.same(f"second less first: {kind}", shown, later["totals"][kind] - earlier["totals"][kind])
    old, new = by_name(earlier, kind), by_name(later, kind)
    less = {name: tuple(new.get(name, (0, 0))[at] - old.get(name, (0, 0))[at] for at in (0, 1)) for name in {**old, **new}}
    shown = {name: row for name, row in without_marks(rows).items() if row != (0, 0)}
    expected = {name: row for name, row in less.items() if row != (0, 0)}
    compare.same(f"second less first: {kind} by name", shown == expected, True, loud=False)
    if kind == "inuse_space":
        compare.same("second less first: live bytes of entry", shown["track_inputs::work::entry"], (256_000, 256_000))

from_apt("dot", "graphviz")
compare.same("first: -svg draws a picture", b"</svg>" in run(go, "tool", "pprof", "-svg", file, quiet=False), True)
compare.finish()
