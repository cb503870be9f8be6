#!/usr/bin/env python3
"""Opens tables with Python's csv and compares the rows with the types and layouts of the report."""

import csv

from viewers import Comparison, inputs

csv.field_size_limit(1 << 30)
ESCAPES = {"\0": "\\0", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def cell(name):
    """A name with invisible characters escaped as in Rust source, and an apostrophe before a formula."""
    text = "".join(one if one.isprintable() else ESCAPES.get(one, f"\\u{{{ord(one):x}}}") for one in name)
    return "'" + text if text.lstrip().startswith(("=", "+", "-", "@")) else text


compare = Comparison()
for name, file, total in inputs("csv"):
    with open(file, newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened, strict=True))
    compare.same(f"{name}: bytes in all rows", sum(int(row["bytes"]) for row in rows), total["deep"])
    compare.same(f"{name}: spare bytes in all rows", sum(int(row["spare"]) for row in rows), total["spare"])
    compare.same(f"{name}: rows", len(rows), len(total["types"]))
    for row, expected in zip(rows, total["types"]):
        figures = {column: int(row[column]) for column in ("count", "bytes", "spare", "padding", "unused")}
        shown = {"name": row["type"], **figures}
        compare.same(f"{name}: a row", shown, {**expected, "name": cell(expected["name"])}, loud=False)
        average = expected["bytes"] / expected["count"] if expected["count"] else 0
        compare.same(f"{name}: an average", float(row["average"]), average, loud=False)
for name, file, total in inputs("layouts_csv"):
    with open(file, newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened, strict=True))
    for layout in (one for one in total["layouts"] if one["kind"] != "union"):
        variants = layout["variants"] if layout["kind"] == "enum" else [{"name": "", "is_seen": True}]
        for variant in (one for one in variants if one["is_seen"]):
            place = (cell(layout["type"]), variant["name"])
            sizes = [int(row["size"]) for row in rows if (row["type"], row["variant"]) == place]
            compare.same(f"{name}: parts of {place}", sum(sizes), layout["size"], loud=False)
    unseen = [variant for layout in total["layouts"] for variant in layout["variants"] if not variant["is_seen"]]
    compare.same(f"{name}: unseen variants", sum(row["kind"] == "unseen" for row in rows), len(unseen))
compare.finish()
