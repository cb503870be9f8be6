#!/usr/bin/env python3
"""Opens graphs with Graphviz: `dot` lays each out without a warning, and its blocks, handles and dominators agree with the report."""

import json
import xml.etree.ElementTree as xml
from collections import Counter

from viewers import Comparison, from_apt, inputs, run

DRAWN = 100

dot = from_apt("dot", "graphviz")
print(run("sh", "-c", "dot -V 2>&1").decode().strip())
compare = Comparison()
for name, file, total in inputs("dot"):
    graph = json.loads(run(dot, "-Tjson", file))
    nodes = {node["name"]: node for node in graph["objects"]}
    ids = {node["_gvid"]: node["name"] for node in graph["objects"]}
    compare.same(f"{name}: own bytes of all nodes", sum(int(node["own"]) for node in nodes.values()), total["deep"])
    blocks = total["blocks"]
    rest = int(nodes["rest"]["blocks"]) if "rest" in nodes else 0
    drawn = sum(block.startswith("b") for block in nodes)
    compare.same(f"{name}: blocks drawn, and others", (drawn, rest), (min(len(blocks), DRAWN), max(len(blocks) - DRAWN, 0)))

    inside, outside, from_block = Counter(), Counter(), Counter()
    for edge in graph.get("edges", []):
        tail, head = ids[edge["tail"]], ids[edge["head"]]
        for kind in ("strong", "weak"):
            count = int(edge.get(kind) or 0)
            (outside if tail == "outside" else inside)[head, kind] += count
            from_block[tail, head, kind] += count
    for block in blocks[:DRAWN]:
        node = f"b{block['position']}"
        shown = (int(nodes[node]["own"]), int(nodes[node]["retained"]), nodes[node].get("dominator") or None)
        dominator = block["dominator"]
        expected = (block["own"], block["retained"], None if dominator is None else f"b{dominator}")
        compare.same(f"{name}: {node} own, retained, dominator", shown, expected, loud=len(blocks) < 10)
        for kind in ("strong", "weak"):
            if not nodes[node].get("left_out"):
                compare.same(f"{name}: {node} {kind} inside", inside[node, kind], block[f"{kind}_inside"], loud=False)
            compare.same(f"{name}: {node} {kind} outside", outside[node, kind], block[f"{kind}_outside"] or 0, loud=False)
            for retainer in block["retainers"][:8]:
                at = retainer["block"]
                if at is None or at < DRAWN:
                    tail = "value" if at is None else f"b{at}"
                    shown = from_block[tail, node, kind]
                    compare.same(f"{name}: {tail} -> {node} {kind}", shown, retainer[kind], loud=False)
    # The picture is well-formed, and shows every node.
    picture = xml.fromstring(run(dot, "-Tsvg", file))
    shown = [group for group in picture.iter("{http://www.w3.org/2000/svg}g") if group.get("class") == "node"]
    compare.same(f"{name}: nodes in the picture", len(shown), len(nodes))
    plain = run(dot, "-Tplain", file).decode().splitlines()
    compare.same(f"{name}: nodes in plain output", sum(line.startswith("node ") for line in plain), len(nodes), loud=False)
compare.finish()
