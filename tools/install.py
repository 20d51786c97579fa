# SPDX-License-Identifier: BSD-3-Clause
"""Make .venv with the locked version of everything: by uv, which is quick, or else by pip.

    python3 tools/install.py

uv reads none of pip's settings. So pip is asked for the settings of this machine (files and variables), and
uv gets them under its own names; where one of them has no such name, or uv fails, pip does the work. Both
take wheels only, and only those whose hash stands in requirements.lock.
"""

import ast
import os
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
PYTHON = Path(".venv/bin/python")
WHEELS = ["--only-binary", ":all:", "--require-hashes"]
# pip's settings by uv's variables; a pair of a variable and what stands between several values.
NAMES = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "cert": ("SSL_CERT_FILE", " "),
    "client-cert": ("SSL_CLIENT_CERT", " "),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "timeout": ("UV_HTTP_TIMEOUT", " "),
    "default-timeout": ("UV_HTTP_TIMEOUT", " "),
    "retries": ("UV_HTTP_RETRIES", " "),
    "proxy": ("ALL_PROXY", " "),
}
PLACES = {"extra-index-url", "find-links"}
"""pip passes over places of these that do not exist; uv would stop."""
NO_MATTER = {
    *(
        "disable-pip-version-check",
        "no-input",
        "no-color",
        "quiet",
        "verbose",
        "progress-bar",
        "no-cache-dir",
    ),
    *(
        "cache-dir",
        "root-user-action",
        "break-system-packages",
        "require-virtualenv",
        "no-warn-script-location",
    ),
    *(
        "no-python-version-warning",
        "require-hashes",
        "prefer-binary",
        "no-compile",
        "compile",
        "exists-action",
    ),
}
"""Settings that change neither what is installed nor where it comes from."""


_PIN = re.compile(r"^([a-z0-9-]+)==([^ ]+)", re.M)


class NotCarried(Exception):
    """A setting of pip's that uv cannot be given."""


def settings(listed: str) -> dict[str, str]:
    """What holds for `pip install`, from the lines of `pip config list`: variables before files."""
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listed.splitlines():
        name, is_one, value = line.partition("=")
        section, _, key = name.rpartition(".")
        if is_one and section in found:
            found[section][key.replace("_", "-")] = str(ast.literal_eval(value))
    return {**found["global"], **found["install"], **found[":env:"]}


def carried(given: dict[str, str]) -> dict[str, str]:
    """pip's settings as variables for uv.

    Raises:
        NotCarried: One of them has no counterpart.
    """
    variables = {}
    for key, value in given.items():
        values = [each for each in value.split() if key not in PLACES or _exists(each)]
        if key in NAMES:
            name, between = NAMES[key]
            variables |= {name: between.join(values)} if values else {}
        elif key == "constraint":
            _check_constraints(values)
        elif key not in NO_MATTER:
            raise NotCarried(f"uv knows no setting like pip's {key!r}")
    if "UV_INDEX" in variables:
        variables["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # pip takes all indexes for equal
    if "ALL_PROXY" in variables:
        variables |= {"HTTP_PROXY": variables["ALL_PROXY"], "HTTPS_PROXY": variables["ALL_PROXY"]}
    return variables


def _check_constraints(files: list[str]) -> None:
    """uv wants hashes of constraints too; those that the lock fulfills anyhow may stay away."""
    try:
        from packaging.requirements import InvalidRequirement, Requirement
    except ImportError:  # nothing is installed yet but pip, which carries it
        from pip._vendor.packaging.requirements import InvalidRequirement, Requirement

    pins = dict(_PIN.findall((ROOT / "requirements.lock").read_text("utf-8")))
    for line in (line for file in files for line in Path(file).read_text("utf-8").splitlines()):
        text = line.partition(" #")[0].strip()
        if text and not text.startswith("#"):
            try:
                asked = Requirement(text)
            except InvalidRequirement as error:
                raise NotCarried(f"pip's constraint {text!r} is not a plain one") from error
            pin = pins.get(re.sub(r"[-_.]+", "-", asked.name).lower())
            if pin and not asked.specifier.contains(pin, prereleases=True):
                raise NotCarried(f"pip's constraint {text!r} forbids what the lock asks for")


def _exists(place: str) -> bool:
    """Is this an address on a network, or a file or folder that exists?"""
    address = urlsplit(place)
    if address.scheme in ("", "file"):
        return Path(unquote(address.path)).exists()
    return True


def pin_of_uv(lock: str) -> str:
    """The lines of the lock that pin uv itself, with its hashes."""
    return re.search(r"^uv==.*?(?=^\S)", lock + "end\n", re.M | re.S)[0]


def run(*command: str | Path, **variables: str) -> None:
    """Run a command; what it says is shown only when it fails.

    Raises:
        subprocess.CalledProcessError: It failed; `output` is what it said.
    """
    environment = {**os.environ, **variables}
    said = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    subprocess.run([str(part) for part in command], check=True, env=environment, cwd=ROOT, **said)


def pip(*arguments: str | Path) -> None:
    """Run the environment's pip."""
    run(PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments)


def by_uv() -> None:
    """Install everything with uv, and uv with pip."""
    command = [PYTHON, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    variables = carried(settings(listed))
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pin:
        pin.write(pin_of_uv((ROOT / "requirements.lock").read_text("utf-8")))
        pin.flush()
        pip("install", *WHEELS, "--no-deps", "--requirement", pin.name)
    uv = [".venv/bin/uv", "pip", "install", "--python", PYTHON]
    run(*uv, *WHEELS, "--requirement", "requirements.lock", **variables)
    run(*uv, "--no-deps", "--no-build-isolation", "--editable", ".", **variables)


def by_pip() -> None:
    """Install everything with pip."""
    pip("install", *WHEELS, "--requirement", "requirements.lock")
    pip("install", "--no-deps", "--no-build-isolation", "--editable", ".")


def install(ways: Iterable = (by_uv, by_pip)) -> int:
    """Try one way after the other; the exit code."""
    for way in ways:
        try:
            way()
        except NotCarried as reason:
            print(f"pip installs the packages: {reason}.", flush=True)
        except (subprocess.CalledProcessError, OSError) as error:
            said = getattr(error, "output", None) or str(error)
            print(f"{way.__name__.removeprefix('by_')} failed:\n{said[-4000:]}", file=sys.stderr, flush=True)
        else:
            return 0
    return 1


def main() -> int:
    """Make the environment, then go on with its Python, which has pip beside it."""
    if Path(sys.prefix) == ROOT / ".venv":
        return install()
    print("Setting up .venv: about 190 packages, 1.2 GB, up to some minutes the first time.", flush=True)
    venv.create(ROOT / ".venv", with_pip=True, symlinks=True)
    return subprocess.run([ROOT / PYTHON, __file__]).returncode


if __name__ == "__main__":
    sys.exit(main())
