#!/usr/bin/env python3
"""Opens profiles with `go tool pprof`: totals, flat and cumulative bytes by name, labels and differences match the report."""

import json
import re
from collections import Counter
from pathlib import Path

from go_pprof import ROW, go, pprof, top
from viewers import Comparison, as_float, from_apt, from_npm, inputs, run

node = from_apt("node", "nodejs")
speedscope = from_npm("speedscope")


def by_name(file):
    """Flat and cumulative bytes by name, from the folded stacks, where a name counts once for each stack."""
    flat, cumulative = Counter(), Counter()
    for line in file.with_suffix(".folded").read_text().split("\n")[:-1]:
        stack, count = line.rsplit(" ", 1)
        frames = stack.split(";")
        flat[frames[-1]] += int(count)
        for frame in set(frames):
            cumulative[frame] += int(count)
    return {name: (flat[name], cumulative[name]) for name in cumulative}


def without_semicolons(rows):
    return {name.replace(";", ","): figures for name, figures in rows.items()}


compare = Comparison()
later = {}
for name, file, total in inputs("pprof"):
    accounted, rows = top(file)
    later[name] = (file, accounted, rows)
    if total["deep"] > 1 << 53:
        compare.same(f"{name}: total of inuse_space, a float", accounted, as_float(total["deep"]))
        continue
    compare.same(f"{name}: total of inuse_space", accounted, total["deep"])
    compare.same(f"{name}: total of inuse_objects", top("-sample_index=inuse_objects", file)[0], total["allocations"])
    if name != "hostile":  # Its names differ from those in folded stacks in more than semicolons.
        shown = {name: row for name, row in without_semicolons(rows).items() if row[1] > 0}
        compare.same(f"{name}: flat and cumulative bytes by name", shown == by_name(file), True)
    cumulative = max((row[1] for row in rows.values()), default=0)
    compare.same(f"{name}: largest cumulative bytes", cumulative, total["deep"], loud=False)
    first = pprof("-top", "-cum", file).splitlines()
    if total["deep"] > 0:
        order = [int(row[2]) for row in map(ROW.match, first) if row]
        compare.same(f"{name}: -top -cum begins with all", order[0], total["deep"], loud=False)

    shared = sum(one["shared"] for one in total["nodes"])
    for sharing, expected in (("shared", shared), ("owned", total["deep"] - shared)):
        compare.same(f"{name}: -tagfocus=sharing={sharing}", top(f"-tagfocus=sharing={sharing}", file)[0] if expected else 0, expected)
    if name != "hostile":
        types = Counter()
        for one in total["nodes"]:
            types[one["type"]] += one["own"]
        for text, expected in types.most_common(3):
            if expected:
                focus = re.escape(text).replace(",", "\\x2c").replace(":", "\\x3a")
                compare.same(f"{name}: -tagfocus=type={text[:60]}", top(f"-tagfocus=type=^{focus}$", file)[0], expected, loud=False)
    samples = sum(1 for line in pprof("-traces", file).splitlines() if line.startswith("----"))
    compare.same(f"{name}: -traces shows something", samples > 0, True, loud=False)
    compare.same(f"{name}: less itself", top(f"-diff_base={file}", file)[0] if total["deep"] else 0, 0, loud=False)
    opened = json.loads(run(node, Path(__file__).with_name("speedscope.mjs"), speedscope / "dist" / "release", file))
    compare.same(f"{name}: total weight in speedscope", as_float(sum(opened["totals"])), as_float(total["deep"]), loud=False)
    compare.same(f"{name}: complaints of speedscope", opened["complaints"], [], loud=False)

for before, after in (("service", "service_later"), ("service_later", "service")):
    if before in later and after in later:
        (old, before_bytes, before_rows), (new, after_bytes, after_rows) = later[before], later[after]
        shown, rows = top(f"-diff_base={old}", new)
        compare.same(f"{after} less {before}: total", shown, after_bytes - before_bytes)
        names = before_rows.keys() | after_rows.keys()
        less = lambda name, at: after_rows.get(name, (0, 0))[at] - before_rows.get(name, (0, 0))[at]
        expected = {name: (less(name, 0), less(name, 1)) for name in names}
        compare.same(f"{after} less {before}: by name", {name: rows.get(name, (0, 0)) for name in names}, expected)
from_apt("dot", "graphviz")
for name in ("service", "hostile"):
    if name in later:
        picture = run(go, "tool", "pprof", "-svg", later[name][0], quiet=False)
        compare.same(f"{name}: -svg draws a picture", b"</svg>" in picture, True)
compare.finish()
