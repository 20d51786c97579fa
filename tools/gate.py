# SPDX-License-Identifier: BSD-3-Clause
"""What CI runs: each part with its time, then the failures with their last lines, then the total.

Called by .ci/run, with any Python 3, before anything is installed.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path("_build") / "ci" / "tests.xml"
PARTS = {
    "environment": (("make", "machine-test"), ("make", "doctor")),
    "lint": (("make", "lint"),),
    "book": (("make", "book"),),
    "tests": (("make", "test"),),
}
LAST_LINES = 20


def run_part(name: str, commands: "tuple[tuple[str, ...], ...]") -> int:
    """Run a part's commands, say how long they took; the exit code of the first that fails, else 0."""
    start, cpu = time.monotonic(), cpu_s()
    options = "--junit-xml={} -o junit_logging=all {}".format(RESULTS, os.environ.get("PYTEST_ADDOPTS", ""))
    environment = dict(os.environ, PYTEST_ADDOPTS=options)
    code = next((c for c in (subprocess.call(x, cwd=str(ROOT), env=environment) for x in commands) if c), 0)
    spent = f"{time.monotonic() - start:.0f} s, {cpu_s() - cpu:.0f} s of CPU"
    print("== {}: {}{}".format(name, spent, ", FAILED" if code else ""), flush=True)
    return code


def cpu_s() -> float:
    """Seconds of CPU of this process and of all its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def failures(results: Path) -> "dict[str, list[str]]":
    """Each failed test of a report that pytest wrote: its name, and the last lines of what it said."""
    found = {}
    for case in ET.parse(str(results)).iter("testcase"):
        faults = [fault for kind in ("failure", "error") for fault in case.findall(kind)]
        if faults:
            said = "\n".join(part.text or "" for part in [*case.findall("system-out"), *faults])
            lines = [line for line in said.splitlines() if line.strip()]
            found["{}::{}".format(case.get("classname"), case.get("name"))] = lines[-LAST_LINES:]
    return found


def main(parts: "dict[str, tuple]" = PARTS) -> int:
    """Run part after part until one fails; the exit code."""
    results = ROOT / RESULTS
    if results.exists():
        results.unlink()
    code = next((c for c in (run_part(*part) for part in parts.items()) if c), 0)
    if code and results.exists():
        for name, lines in failures(results).items():
            print("\n== FAILED {}\n{}".format(name, "\n".join(lines)))
    print(f"== CPU in all: {cpu_s() / 60:.1f} min", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
