# SPDX-License-Identifier: BSD-3-Clause
"""What a machine lacks is installed where that is allowed; elsewhere the line to type is named."""

import importlib.util
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import mechanisms
from neuroscales import programs

ROOT = Path(mechanisms.__file__).resolve().parent.parent
PYTHON_FAKE = f'exec {sys.executable} "$@"'
WORKS = {
    "g++": 'for last; do :; done; : > "$last"',
    "bwrap": "exit 0",
    "true": "exit 0",
    "chromium": 'case "$*" in *dump-dom*) echo "<html></html>" ;; *) echo "Chromium 1" ;; esac',
}


@pytest.fixture
def machine():
    spec = importlib.util.spec_from_file_location("machine", ROOT / "tools" / "machine.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def put(tmp_path, monkeypatch):
    """A function that puts a fake program into the PATH, which holds nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.delenv("CI", raising=False)

    def start(**scripts):
        for name, script in scripts.items():
            path = folder / name.replace("gxx", "g++").replace("apt_get", "apt-get")
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(0o755)
        return folder

    for name, script in WORKS.items():
        start(**{name: script})
    return start


@pytest.fixture
def lacks(put):
    """A function that takes programs away."""

    def start(*names):
        for name in names:
            (put() / name).unlink()

    return start


@pytest.fixture
def on(monkeypatch):
    """A function that makes this system look like another."""

    def start(system="Linux", names=("debian",), user=1000):
        monkeypatch.setattr(programs.platform, "system", lambda: system)
        monkeypatch.setattr(programs, "distribution", lambda: set(names))
        monkeypatch.setattr(os, "getuid", lambda: user)

    start()
    return start


@pytest.mark.parametrize("purpose", ["book", "course", "test"])
def test_is_nothing_said_where_nothing_lacks(machine, put, on, capsys, purpose):
    assert machine.main(purpose) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("purpose", "code", "named"),
    [("book", 1, "g++"), ("course", 1, "g++ bubblewrap"), ("test", 1, "g++ bubblewrap chromium")],
)
def test_is_the_line_to_type_exact_where_nothing_may_be_installed(
    machine, lacks, on, capsys, purpose, code, named
):
    lacks("g++", "bwrap", "chromium")
    assert machine.main(purpose) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith(f"Type: sudo apt install {named}\n")


def test_do_missing_tools_stop_the_tests_in_ci_alone(machine, lacks, on, monkeypatch):
    lacks("bwrap", "chromium")
    assert machine.main("test") == 0
    monkeypatch.setenv("CI", "true")
    assert machine.main("test") == 1


@pytest.mark.parametrize(("manager", "typed"), [("dnf", "dnf install gcc-c++"), ("pacman", "pacman -S gcc")])
def test_are_the_names_those_of_the_other_distributions(machine, put, lacks, on, capsys, manager, typed):
    lacks("g++")
    put(**{manager: "exit 0"})
    assert machine.main("book") == 1
    assert f"Type: sudo {typed}\n" in capsys.readouterr().err


APT = """
echo "$*" >> {log}
case "$*" in *install*)
  printf '#!/bin/sh\\nfor last; do :; done; : > "$last"\\n' > {folder}/g++; /bin/chmod +x {folder}/g++ ;;
esac
"""


@pytest.mark.parametrize(("user", "rights"), [(0, ""), (1000, "sudo")])
@pytest.mark.parametrize("has_lists", [False, True])
def test_is_what_lacks_announced_and_installed(
    machine, put, lacks, on, capsys, tmp_path, monkeypatch, user, rights, has_lists
):
    lacks("g++")
    on(user=user)
    log = tmp_path / "log"
    lists = tmp_path / "lists"
    lists.mkdir()
    if has_lists:
        (lists / "deb_main_Packages").touch()
    monkeypatch.setattr(machine, "LISTS", lists)
    put(apt_get=APT.format(log=log, folder=put()), env='while [ "$1" != apt-get ]; do shift; done; exec "$@"')
    if rights:
        put(sudo='shift; exec "$@"')
    assert machine.main("book") == 0
    assert capsys.readouterr().out == "make book needs g++: installing with apt-get.\n"
    updates, installs = [], ["install -y -qq --no-install-recommends g++"]
    if not has_lists:
        updates = ["update -qq"]
    assert log.read_text().splitlines() == updates + installs


def test_is_a_failure_of_apt_told_with_the_line_to_type(
    machine, put, lacks, on, capsys, tmp_path, monkeypatch
):
    lacks("g++")
    on(user=0)
    monkeypatch.setattr(machine, "LISTS", tmp_path)
    put(apt_get="echo E: no network; exit 100", env='while [ "$1" != apt-get ]; do shift; done; exec "$@"')
    assert machine.main("book") == 1
    assert (
        "apt-get failed (E: no network). Missing here: g++. Type: sudo apt install g++\n"
        in capsys.readouterr().err
    )


def test_is_a_sudo_that_asks_for_a_password_left_alone(machine, put, lacks, on, capsys):
    lacks("g++")
    put(apt_get="echo called", sudo="exit 1")
    assert machine.main("book") == 1
    assert capsys.readouterr().err == "Missing here: g++. Type: sudo apt install g++\n"


def test_does_ubuntus_missing_browser_lead_to_chrome_and_not_to_the_stub(machine, lacks, on, capsys):
    lacks("chromium")
    on(names=("ubuntu", "debian"), user=0)
    assert machine.main("test") == 0
    assert "install Google Chrome" in capsys.readouterr().err


def test_is_an_old_python_refused(machine, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 10, 0))
    assert machine.main("test") == 1
    assert "needs Python 3.11 or later" in capsys.readouterr().err


def test_does_macos_hear_of_xcode_and_of_what_does_not_work_there(machine, lacks, on, capsys):
    lacks("g++")
    on(system="Darwin")
    assert machine.main("course") == 1
    said = capsys.readouterr().err
    assert (
        "Type: xcode-select --install\n" in said
        and "only Linux has" in said
        and "pages and notebooks work" in said
    )


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        (
            "kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "| sudo tee /etc/apparmor.d/bwrap && sudo apparmor_parser -r",
        ),
        ("kernel/unprivileged_userns_clone", "0", "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces="),
        ("kernel/other", "1", "allow user namespaces on this machine"),
    ],
)
def test_is_a_forbidden_sandbox_told_with_its_remedy(put, on, monkeypatch, tmp_path, setting, value, remedy):
    put(bwrap="echo bwrap: setting up uid map: Permission denied >&2; exit 1")
    (tmp_path / setting).parent.mkdir()
    (tmp_path / setting).write_text(f"{value}\n")
    monkeypatch.setattr(programs, "SETTINGS", tmp_path)
    with pytest.raises(programs.Advice) as said:
        programs.check_sandbox()
    assert "setting up uid map: Permission denied" in str(said.value) and remedy in str(said.value)


def test_is_the_profile_for_apparmor_a_whole_one(on, monkeypatch, tmp_path):
    monkeypatch.setattr(programs, "_setting", lambda name: "1" if "apparmor" in name else "")
    typed = programs._how_to_allow("/usr/bin/bwrap").partition(": ")[2].partition(" | ")[0]
    written = subprocess.run(["sh", "-c", typed], capture_output=True, text=True, check=True).stdout
    assert written.splitlines() == [
        "abi <abi/4.0>,",
        "include <tunables/global>",
        "profile bwrap /usr/bin/bwrap flags=(unconfined) {",
        "  userns,",
        "}",
    ]


def test_is_a_stub_for_a_snap_told_from_a_browser(put, on):
    put(chromium="echo Command requires the chromium snap to be installed. >&2; exit 1")
    with pytest.raises(programs.Advice, match="only stands for a snap"):
        programs.check_browser()
    put(**{"google-chrome": WORKS["chromium"]})
    assert programs.check_browser().endswith("google-chrome")


def test_is_a_browser_that_answers_and_does_not_start_told(put, on):
    put(chromium='case "$*" in *dump-dom*) echo lib is missing; exit 127 ;; *) echo "Chromium 1" ;; esac')
    with pytest.raises(programs.Advice, match=r"does not start \(lib is missing\)"):
        programs.check_browser()


def test_is_a_compiler_that_does_not_compile_told(put, on):
    put(gxx="echo no headers; exit 1")
    with pytest.raises(
        programs.Advice, match=r"does not compile \(no headers\): sudo apt install --reinstall g"
    ):
        programs.check_compiler()


INSTALL = runpy.run_path(str(ROOT / "tools" / "install.py"))


def test_do_pips_settings_reach_uv_under_its_own_names(tmp_path):
    listed = (
        "global.extra-index-url='https://b.example/simple file:/nowhere'\nglobal.timeout='10'\n"
        f"global.find-links='/nowhere\\n{tmp_path}'\ninstall.index-url='https://a.example/simple'\n"
        ":env:.timeout='20'\ndownload.index-url='https://other.example'\n:env:.disable-pip-version-check='1'\n"
    )
    assert INSTALL["carried"](INSTALL["settings"](listed)) == {
        "UV_DEFAULT_INDEX": "https://a.example/simple",
        "UV_INDEX": "https://b.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": str(tmp_path),
        "UV_HTTP_TIMEOUT": "20",
    }


@pytest.mark.parametrize("key", ["target", "no-index", "platform"])
def test_is_a_setting_that_uv_cannot_have_a_reason_for_pip(key):
    with pytest.raises(INSTALL["NotCarried"], match=key):
        INSTALL["carried"]({key: "x"})


def test_may_a_constraint_stay_away_only_if_the_lock_fulfills_it(tmp_path):
    pinned = dict(INSTALL["_PIN"].findall((ROOT / "requirements.lock").read_text()))["numpy"]
    file = tmp_path / "constraints.txt"
    file.write_text(f"# ours\nnumpy<={pinned}\nno-such-package<1\n")
    assert INSTALL["carried"]({"constraint": str(file)}) == {}
    file.write_text(f"numpy<{pinned}\n")
    with pytest.raises(INSTALL["NotCarried"], match="forbids"):
        INSTALL["carried"]({"constraint": str(file)})


def test_does_pip_step_in_where_uv_fails(capsys):
    done = []

    def by_uv():
        raise subprocess.CalledProcessError(2, "uv", output="no such index")

    assert INSTALL["install"]((by_uv, lambda: done.append("pip"))) == 0
    assert done == ["pip"]
    assert "uv failed:\nno such index" in capsys.readouterr().err


def test_is_uv_itself_pinned_with_hashes():
    pin = INSTALL["pin_of_uv"]((ROOT / "requirements.lock").read_text())
    assert pin.startswith("uv==") and "--hash=sha256:" in pin and pin.count("==") == 1


GATE = runpy.run_path(str(ROOT / "tools" / "gate.py"))


def test_does_the_gate_name_what_failed_with_its_last_lines_and_say_the_time(tmp_path):
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/gate.py").write_text((ROOT / "tools/gate.py").read_text())
    (tmp_path / "test_planted.py").write_text(
        "def test_is_it_one():\n    print('seen before')\n    assert 2 == 1\n"
    )
    (tmp_path / "Makefile").write_text(
        f".PHONY: test\n%:\n\t@true\ntest:\n\t@{sys.executable} -m pytest -q test_planted.py\n"
    )
    run = subprocess.run(
        [sys.executable, "tools/gate.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert run.returncode != 0
    said = run.stdout
    places = [
        said.find(words)
        for words in (
            "== environment: ",
            "== lint: ",
            "== book: ",
            "1 failed",
            "== tests: ",
            "== FAILED test_planted::test_is_it_one",
            "== CPU in all: ",
        )
    ]
    assert -1 not in places and places == sorted(places), said
    last = said.split("== FAILED")[1]
    assert "seen before" in last and "assert 2 == 1" in last
