# SPDX-License-Identifier: BSD-3-Clause
"""Programs beside Python that the course calls: each check runs what it finds, and says what to do.

Imports nothing but the standard library, so that it also works before anything is installed.
"""

import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SETTINGS = Path("/proc/sys")
"""Where Linux shows its settings."""

XCODE = "xcode-select --install"
CHROME = "install Google Chrome (https://www.google.com/chrome), or: sudo snap install chromium"
_PROFILE = (
    r"abi <abi/4.0>,\ninclude <tunables/global>\nprofile bwrap {path} flags=(unconfined) {{\n  userns,\n}}\n"
)
_NAMESPACES = ("--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
_USER = ("--unshare-user", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL")
_HEADLESS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--dump-dom", "about:blank")


class Advice(Exception):
    """What to do, in one sentence."""


class Missing(Advice):
    """A program is not installed; `program` names it as Debian names its package."""

    def __init__(self, program: str, sentence: str) -> None:
        super().__init__(sentence)
        self.program = program


def check_compiler() -> str:
    """A C++ compiler compiles and links.

    Raises:
        Missing: There is none.
        Advice: There is one that does not work.
    """
    names = [*filter(None, [os.environ.get("CXX")]), "g++", "c++"]
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise Missing("g++", f"NEURON needs a C++ compiler for mechanisms: {_how_to_compile()}")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "empty.cpp"
        source.write_text("#include <cmath>\nint main() { return 0; }\n")
        code, said = run([found, str(source), "-o", str(Path(folder) / "empty")], timeout_s=60)
    if code != 0:
        raise Advice(f"{found} does not compile ({last_line(said)}): {_how_to_compile(again=True)}")
    return found


def _how_to_compile(again: bool = False) -> str:
    """The line that brings a compiler."""
    if platform.system() == "Darwin":
        return XCODE
    return f"sudo apt install {'--reinstall ' if again else ''}g++ make"


def check_sandbox() -> str:
    """bubblewrap makes the namespaces that grading needs.

    Raises:
        Missing: bubblewrap is not installed.
        Advice: This system has none, or forbids what it does.
    """
    if platform.system() == "Darwin":
        raise Advice(
            "grading needs bubblewrap, which only Linux has: pages and notebooks work here; "
            "grade on Linux, in a virtual machine or on a server"
        )
    found = shutil.which("bwrap")
    if found is None:
        raise Missing("bubblewrap", "only grading needs it (Debian, Ubuntu: sudo apt install bubblewrap)")
    user = () if os.getuid() == 0 else _USER
    command = [found, "--ro-bind", "/", "/", *_NAMESPACES, *user, "--dev", "/dev", "--die-with-parent"]
    code, said = run([*command, shutil.which("true") or "/bin/true"], timeout_s=30)
    if code != 0:
        raise Advice(f"bubblewrap cannot make a sandbox here ({last_line(said)}): {_how_to_allow(found)}")
    return found


def _how_to_allow(bwrap: str) -> str:
    """What lets bubblewrap make user namespaces, by the setting that forbids them."""
    if _setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
        profile = _PROFILE.format(path=bwrap)
        return (
            f"AppArmor forbids it; allow it to bubblewrap alone: printf '{profile}' | "
            "sudo tee /etc/apparmor.d/bwrap && sudo apparmor_parser -r /etc/apparmor.d/bwrap"
        )
    if _setting("kernel/unprivileged_userns_clone") == "0":
        return "the kernel forbids it: sudo sysctl -w kernel.unprivileged_userns_clone=1"
    if _setting("user/max_user_namespaces") == "0":
        return "the kernel allows no namespaces: sudo sysctl -w user.max_user_namespaces=15000"
    return (
        "allow user namespaces on this machine (in a container: start it with that right), or grade elsewhere"
    )


def _setting(name: str) -> str:
    """A setting of Linux; empty where it does not exist."""
    try:
        return (SETTINGS / name).read_text().strip()
    except OSError:
        return ""


def check_browser() -> str:
    """A Chromium starts and shows an empty page.

    Raises:
        Missing: There is none.
        Advice: What is there does not start, as Ubuntu's stub for a snap.
    """
    paths = [path for path in map(shutil.which, BROWSERS) if path]
    if not paths:
        raise Missing("chromium", f"only the tests need a browser ({_how_to_browse()})")
    complaints = [_try_browser(path) for path in paths]
    if None in complaints:
        return paths[complaints.index(None)]
    raise Advice(complaints[0] or "")


def _try_browser(path: str) -> str | None:
    """None if the browser works, else what is wrong with it and what to do."""
    code, said = run([path, "--version"], timeout_s=30)
    if code != 0 and "snap" in said:
        return f"{path} only stands for a snap that is not installed: {CHROME}"
    if code == 0:
        code, said = run([path, *_HEADLESS], timeout_s=60)
    if code == 0 and "<html" in said:
        return None
    return f"{path} does not start ({last_line(said)}): {_how_to_browse()}"


def _how_to_browse() -> str:
    """Where a browser comes from: Ubuntu's own package is a stub."""
    return CHROME if "ubuntu" in distribution() else "Debian: sudo apt install chromium"


def distribution(file: Path = Path("/etc/os-release")) -> set[str]:
    """Names of this Linux and of those that it is like, from its own file; empty elsewhere."""
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return set()
    values = [line.partition("=")[2].strip("\"'") for line in lines if line.startswith(("ID=", "ID_LIKE="))]
    return {name for value in values for name in value.split()}


def run(command: list[str], timeout_s: float) -> tuple[int, str]:
    """Exit code of a program and all that it said; 124 and a sentence when it did not end in time."""
    options = {"text": True, "errors": "replace", "stdin": subprocess.DEVNULL, "timeout": timeout_s}
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    except subprocess.TimeoutExpired:
        return 124, f"no answer within {timeout_s:.0f} s"
    except OSError as error:
        return 126, str(error)
    return done.returncode, done.stdout


def last_line(said: str) -> str:
    """The last line that is not empty."""
    return next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "it said nothing")
