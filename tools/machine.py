# SPDX-License-Identifier: BSD-3-Clause
"""Has this machine what the course needs? Install what is missing, or say the line that does.

    python3 tools/machine.py book       Python with venv, a C++ compiler
    python3 tools/machine.py course     and a sandbox to grade in
    python3 tools/machine.py test       and a browser; without the last two tests skip, but not in CI

Run by any Python 3, before anything is installed.
"""

import os
import platform
import shutil
import sys
import time
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
LISTS = Path("/var/lib/apt/lists")
DAY_s = 86400
# What a program's package is called, by the command that installs it.
MANAGERS = {
    "apt-get": ("apt install", {}),
    "dnf": ("dnf install", {"g++": "gcc-c++", "python3-venv": "python3-libs"}),
    "pacman": ("pacman -S", {"g++": "gcc", "python3-venv": "python"}),
}


def main(purpose: str) -> int:
    """Look, install what may be installed, look again; the exit code."""
    if sys.version_info < OLDEST_PYTHON:
        here = f"Neuroscales needs Python 3.11 or later, and this is {platform.python_version()}"
        return _say(f"{here}: make {purpose} PYTHON=/path/to/it")
    missing, broken = look(purpose)
    if missing:
        failure = install(list(missing), purpose)
        still, broken = look(purpose)
        if still:
            broken[failure or line(list(still))] = any(still.values())
    for sentence in broken:
        _say(sentence)
    return int(any(broken.values()))


def look(purpose: str) -> "tuple[dict[str, bool], dict[str, bool]]":
    """What does not work: packages to install, and sentences to say; each with whether it is needed."""
    sys.path.insert(0, str(ROOT))
    from neuroscales import programs

    needs_all = purpose != "test" or bool(os.environ.get("CI"))
    checks = [(_check_venv, True), (programs.check_compiler, True)]
    checks += [(programs.check_sandbox, needs_all)] if purpose in ("course", "test") else []
    checks += [(programs.check_browser, needs_all)] if purpose == "test" else []
    missing, broken = {}, {}
    for check, is_needed in checks:
        try:
            check()
        except programs.Missing as lack:
            if lack.program == "chromium" and "ubuntu" in programs.distribution():
                broken[str(lack)] = is_needed  # Ubuntu's package would be a stub for a snap
            else:
                missing[lack.program] = is_needed
        except programs.Advice as advice:
            broken[str(advice)] = is_needed
    return missing, broken


def _check_venv() -> None:
    """This Python can make environments."""
    from neuroscales import programs

    code, _ = programs.run([sys.executable, "-c", "import ensurepip, venv"], timeout_s=60)
    if code != 0:
        raise programs.Missing("python3-venv", "Python cannot make environments here")


def install(packages: "list[str]", purpose: str) -> str:
    """Install with apt-get if that is allowed; an empty string, or the sentence that says what to type."""
    rights = may_install()
    if rights is None:
        return line(packages)
    print("make {} needs {}: installing with apt-get.".format(purpose, ", ".join(packages)), flush=True)
    update = [*rights, "apt-get", "update", "-qq"]
    get = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq"]
    get += ["--no-install-recommends", *packages]
    is_updated = are_lists_stale()
    code, said = _run(update) if is_updated else (0, "")
    code, said = _run(get)
    if code != 0 and not is_updated:
        _run(update)
        code, said = _run(get)
    return "" if code == 0 else f"apt-get failed ({said}). {line(packages)}"


def may_install() -> "list[str] | None":
    """What goes before apt-get: nothing as root, sudo if it asks for no password; None if neither."""
    if not shutil.which("apt-get"):
        return None
    if os.getuid() == 0:
        return []
    if shutil.which("sudo") and _run(["sudo", "-n", "true"])[0] == 0:
        return ["sudo", "-n"]
    return None


def are_lists_stale() -> bool:
    """Are apt's lists of packages missing, or older than a day?"""
    lists = [file for file in LISTS.glob("*_Packages*")] if LISTS.is_dir() else []
    return not lists or time.time() - LISTS.stat().st_mtime > DAY_s


def line(packages: "list[str]") -> str:
    """The exact line to type."""
    if platform.system() == "Darwin":
        return f"Missing here: {', '.join(packages)}. Type: xcode-select --install"
    manager = next((name for name in MANAGERS if shutil.which(name)), "apt-get")
    command, names = MANAGERS[manager]
    return "Missing here: {}. Type: sudo {} {}".format(
        ", ".join(packages), command, " ".join(names.get(package, package) for package in packages)
    )


def _run(command: "list[str]") -> "tuple[int, str]":
    from neuroscales import programs

    code, said = programs.run(command, timeout_s=1800)
    return code, programs.last_line(said)


def _say(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
