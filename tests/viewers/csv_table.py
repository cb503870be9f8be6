#!/usr/bin/env python3
"""Opens tables with Python's csv and compares the rows with the types of the report."""

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
        shown = {"name": row["type"], "count": int(row["count"]), "bytes": int(row["bytes"]), "spare": int(row["spare"])}
        compare.same(f"{name}: a row", shown, {**expected, "name": cell(expected["name"])}, loud=False)
        average = expected["bytes"] / expected["count"] if expected["count"] else 0
        compare.same(f"{name}: an average", float(row["average"]), average, loud=False)
compare.finish()
