# SPDX-License-Identifier: BSD-3-Clause
"""What a newcomer reads is true: links lead somewhere, addresses agree, no file names its machine."""

import functools
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import mechanisms

ROOT = Path(mechanisms.__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@functools.cache
def files_of_the_repository():
    """Every text file that is, or could be, committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is not a git repository")
    texts = {}
    for name in filter(None, listed.stdout.split("\0")):
        data = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if b"\0" not in data:
            texts[name] = data.decode("utf-8", errors="replace")  # a case of the tests is in Latin-1
    return texts


def test_does_no_file_know_the_machine_it_was_made_on():
    anywhere = re.compile(r"/home/(?!jovyan\b|student\b)\w+/|/Users/\w+/")
    here = [f"{ROOT}/", f"{Path.home()}/"]
    knowing = [
        name
        for name, text in files_of_the_repository().items()
        if anywhere.search(text) or any(path in text for path in here)
    ]
    assert [name for name in knowing if name != "tests/ground/test_repository.py"] == []


@pytest.mark.parametrize("page", PAGES)
def test_does_every_link_to_a_file_lead_to_one(page):
    targets = re.findall(r"\]\(([^)#\s]+)|src=\"([^\"]+)\"", read(page))
    local = [one or other for one, other in targets if not (one or other).startswith("http")]
    assert [target for target in local if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("page", [*PAGES, "CITATION.cff"])
def test_do_the_addresses_agree_with_those_of_pyproject(page):
    owner, name = PROJECT["urls"]["Repository"].split("/")[-2:]
    assert PROJECT["urls"]["Book"] == f"https://{owner}.github.io/{name}/"
    ours = re.findall(rf"[\w./:-]*\b{owner}\b[./]\S*?{name}\b", read(page))
    right = (f"github.com/{owner}/{name}", f"{owner}.github.io/{name}", f"/gh/{owner}/{name}")
    assert [address for address in ours if not address.endswith(right)] == []


def test_do_citation_and_changelog_name_this_version():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert str(citation["version"]) == PROJECT["version"]
    assert citation["license"] == PROJECT["license"].split(" AND ")
    assert citation["repository-code"] == PROJECT["urls"]["Repository"]
    assert citation["url"] == PROJECT["urls"]["Book"]
    assert f"## {PROJECT['version']}" in read("CHANGELOG.md")


def test_does_nothing_but_the_clone_stand_before_the_two_commands():
    section = read("README.md").split("## Two commands")[1].split("\n## ")[0]
    blocks = re.findall(r"```bash\n(.*?)```", section, re.S)
    assert [[line.split("  ")[0].strip() for line in block.splitlines()] for block in blocks] == [
        ["make course", "make test"]
    ]


def test_does_readme_name_the_two_commands_and_the_four_kinds_of_people_on_its_first_screen():
    first_screen = "\n".join(read("README.md").splitlines()[:45])
    named = ["make course", "make test", "a reader", "a student", "an instructor", "adapts it", "<img"]
    assert [words for words in named if words not in first_screen] == []


def test_does_readme_say_how_it_goes_on_windows():
    assert "no wheel" in read("README.md") and "WSL" in read("README.md")


def test_do_the_workflows_run_what_a_developer_runs():
    for name, command in {"ci.yml": ".ci/run", "publish.yml": "make book"}.items():
        workflow = yaml.safe_load(read(f".github/workflows/{name}"))
        steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
        assert command in [step.get("run") for step in steps]
