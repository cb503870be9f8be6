"""Readers of folded stacks: inferno and speedscope."""

import json
import re
import xml.etree.ElementTree as xml
from collections import Counter
from pathlib import Path

from viewers import as_float, from_apt, from_cargo, from_npm, run

TITLE = re.compile(r"^(.*) \(([\d,]+) bytes, [\d.]+%\)$", re.DOTALL)
# Suffixes that inferno interprets as marks, for example of kernel code.
ANNOTATION = re.compile(r"_\[[kwij]\]$")

inferno = from_cargo("inferno-flamegraph", "inferno")
speedscope = from_npm("speedscope")
print("speedscope", json.loads((speedscope / "package.json").read_text())["version"])
node = from_apt("node", "nodejs")


def stacks_of(text):
    """The bytes of each stack and of each of its prefixes, from folded lines."""
    stacks = Counter()
    for line in text.split("\n")[:-1]:
        stack, count = line.rsplit(" ", 1)
        frames = stack.split(";")
        for depth in range(1, len(frames) + 1):
            stacks[tuple(frames[:depth])] += int(count)
    return stacks


def flame_graph(file):
    """The frames of inferno's picture: name, bytes and row. Row 0 is the frame around all others."""
    svg = run(inferno, "--countname", "bytes", "--minwidth", "0", file)
    frames = []
    for group in xml.fromstring(svg).iter("{http://www.w3.org/2000/svg}g"):
        title, rect = (group.find("{http://www.w3.org/2000/svg}" + tag) for tag in ("title", "rect"))
        if title is not None and rect is not None:
            name, count = TITLE.match(title.text).groups()
            frames.append((name, int(count.replace(",", "")), int(rect.get("y"))))
    bottom = max(row for _, _, row in frames)
    return [(name, count, (bottom - row) // 16) for name, count, row in frames]


def compare_folded(compare, name, file, expected):
    """Compares the figures of both readers with the total and the lines of a file."""
    stacks = stacks_of(file.read_text())
    if stacks:
        frames = flame_graph(file)
        [everything] = [count for _, count, row in frames if row == 0]
        compare.same(f"{name}: all of inferno's flame graph", everything, as_float(expected))
        shown = Counter((name, count, row) for name, count, row in frames if row > 0)
        drawn = Counter((ANNOTATION.sub("", stack[-1]), as_float(count), len(stack)) for stack, count in stacks.items())
        compare.same(f"{name}: frames of inferno's flame graph", len(shown - drawn) + len(drawn - shown), 0, loud=False)
    else:
        compare.same(f"{name}: no line, since there are no bytes", 0, expected)

    reader = Path(__file__).with_name("speedscope.mjs")
    opened = json.loads(run(node, reader, speedscope / "dist" / "release", file))
    weight = sum(opened["totals"])
    compare.same(f"{name}: total weight in speedscope", as_float(weight), as_float(expected))
    compare.same(f"{name}: complaints of speedscope", opened["complaints"], [], loud=False)
