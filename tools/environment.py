# SPDX-License-Identifier: BSD-3-Clause
"""Write environment.yml, the student's set, from requirements.lock: `make lock` runs this."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / "environment.yml"
PYTHON = "3.12"

HEAD = f"""\
# Written by `make lock` from requirements.lock; change pyproject.toml instead.
#
# The student's set: what the library needs, a place to open notebooks, and everything these pull in. All of
# it is pinned, so that a Binder image built years from now holds the versions that the tests ran with. The
# course itself is installed by postBuild, for Binder makes this environment before it copies the repository.
name: neuroscales
channels:
  - conda-forge
dependencies:
  - python={PYTHON}
  - pip
  - pip:
"""

_PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)(?: ; (?P<marker>.*?))? \\$")
_VIA = re.compile(r"^    #(?: via)? +(?P<parent>[a-z0-9-]+)")


def canonical(requirement: str) -> str:
    """The name in a requirement, as the lock spells it: `Jinja2>=3.1` gives `jinja2`."""
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", requirement)[0]).lower()


def read_lock(text: str) -> tuple[list[tuple[str, str]], dict[str, set[str]]]:
    """The pins of a lock written by uv, and who asked for each package.

    Returns:
        Pairs of name and whole pin (with its marker), in the lock's order; the parents of each name.
    """
    pins, parents = [], {}
    for line in text.splitlines():
        if pin := _PIN.match(line):
            marker = f" ; {pin['marker']}" if pin["marker"] else ""
            pins.append((pin["name"], f"{pin['name']}=={pin['version']}{marker}"))
        elif via := _VIA.match(line):
            parents.setdefault(pins[-1][0], set()).add(via["parent"])
    return pins, parents


def closure(direct: set[str], parents: dict[str, set[str]]) -> set[str]:
    """`direct` and everything that they pull in."""
    wanted = set(direct)
    while grown := {name for name, asking in parents.items() if asking & wanted} - wanted:
        wanted |= grown
    return wanted


def student_pins() -> list[str]:
    """The pins of the student's set, in the lock's order."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["student"]
    pins, parents = read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    wanted = closure({canonical(requirement) for requirement in asked}, parents)
    return [pin for name, pin in pins if name in wanted]


def environment() -> str:
    """The text of environment.yml."""
    return HEAD + "".join(f'      - "{pin}"\n' for pin in student_pins())


if __name__ == "__main__":
    ENVIRONMENT.write_text(environment(), encoding="utf-8")
