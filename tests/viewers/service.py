#!/usr/bin/env python3
"""Starts `examples/service`, and opens its heap profile over HTTP and its page of roots."""

import http.client
import json
import shutil
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from go_pprof import top
from viewers import HOME, ROOT, Comparison, from_apt, from_npm, run

# The service copies small documents. The buffer of a large one, which axum allocated, becomes the document.
DOCUMENTS, BYTES = 5000, 4000


def put(url, body):
    with urllib.request.urlopen(urllib.request.Request(url, data=body, method="PUT")) as response:
        return response.status


def get(url):
    with urllib.request.urlopen(url) as response:
        return response.headers["content-type"], response.read()


def check(url, folder, compare):
    statuses = {put(f"{url}/documents/{number}", b"x" * BYTES) for number in range(DOCUMENTS)}
    compare.same("status of the requests", statuses, {http.client.NO_CONTENT})

    held, rows = top(f"{url}/debug/pprof/heap")
    functions = {name: figures[1] for name, figures in rows.items() if name.startswith("service::")}
    print(f"of {held} live bytes: {functions}")
    compare.same("functions of the service hold most bytes", max(functions.values(), default=0) > held / 2, True)

    (kind, page), (_, census) = get(f"{url}/debug/memory"), get(f"{url}/debug/memory.json")
    compare.same("type of the page", kind, "text/html; charset=utf-8")
    files = [folder / "memory.html", folder / "memory.json"]
    for file, body in zip(files, (page, census)):
        file.write_bytes(body)
    print(run(from_apt("node", "nodejs"), Path(__file__).parent / "html" / "census.mjs", *files).decode().strip())
    roots = [root["name"] for root in json.loads(census)["roots"]]
    compare.same("roots", roots, ["store/documents", "store/history"])
    # The live page in Chromium, with the tools of html.sh.
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    shots = HOME / "html" / "screenshots"
    shots.mkdir(parents=True, exist_ok=True)
    for package in ("puppeteer-core", "axe-core"):
        from_npm(package)
    script = Path(__file__).parent / "html" / "roots.mjs"
    arguments = [HOME / "npm", HOME / "inputs", browser, shots, "service-roots", f"{url}/debug/memory", files[1]]
    print(run(from_apt("node", "nodejs"), script, *arguments).decode().strip())


compare = Comparison()
with tempfile.TemporaryDirectory() as folder:
    command = ["cargo", "run", "--quiet", "--manifest-path", ROOT / "Cargo.toml", "--package", "service", "--", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as service:
        try:
            check(service.stdout.readline().split()[-1], Path(folder), compare)
        finally:
            service.terminate()
compare.finish()
