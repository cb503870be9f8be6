#!/usr/bin/env python3
"""Opens folded stacks of allocation tracking with inferno and speedscope: both show the snapshot's total and its stacks, and
inferno the difference of two snapshots."""

from collections import Counter

from flames import compare_folded, inferno, stacks_of
from viewers import Comparison, inputs, run

compare = Comparison()
files = {}
for name, pprof, total in inputs("pprof", "track_inputs"):
    for kind, expected in total["totals"].items():
        file = files[name, kind] = pprof.with_name(f"{name}.{kind}.folded")
        compare_folded(compare, f"{name} {kind}", file, expected)
        if name not in ("first_full", "shallow"):  # These show hidden frames.
            stacks = Counter()
            for trace in total["traces"]:
                stacks[tuple(trace["stack"])] += trace[kind]
            expected = Counter((len(stack), number) for stack, number in stacks.items() if number)
            shown = Counter((line.count(";") + 1, int(line.rsplit(" ", 1)[1])) for line in file.read_text().splitlines())
            compare.same(f"{name} {kind}: lines", shown, expected, loud=False)
        for function, amounts in total["known"].items():
            at = list(total["totals"]).index(kind)
            written = function.replace(";", ",").replace("\\ 12", "\\_12")
            shown = sum(bytes for stack, bytes in stacks_of(file.read_text()).items() if stack[-1] == written and written not in stack[:-1])
            compare.same(f"{name} {kind}: {function}", shown, amounts[at // 2][1 - at % 2], loud=False)

before, after = files["first", "inuse_space"], files["second", "inuse_space"]
lines = run(inferno.with_name("inferno-diff-folded"), before, after).decode().splitlines()
pairs = [tuple(map(int, line.rsplit(" ", 2)[1:])) for line in lines]
totals = [sum(int(line.rsplit(" ", 1)[1]) for line in file.read_text().splitlines()) for file in (before, after)]
compare.same("inferno-diff-folded: bytes before and after", [sum(pair[at] for pair in pairs) for at in (0, 1)], totals)
# The second snapshot calls the loop from another function.
compare.same("inferno-diff-folded: growth", [pair for pair in pairs if pair[1] > pair[0]], [(0, 256_000)])
compare.finish()
