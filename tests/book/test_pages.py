# SPDX-License-Identifier: BSD-3-Clause
"""Does the built site hold what every page promises, and does every link lead somewhere?"""

import hashlib
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TOC = yaml.safe_load((ROOT / "book/_toc.yml").read_text())
CHAPTERS = [chapter["file"] for part in TOC["parts"] for chapter in part["chapters"]]
PAGES = [TOC["root"], *CHAPTERS]
# What students read, the chapters that work one subject through, and pages that run as notebooks.
LESSONS = [page for page in CHAPTERS if not page.startswith("instructors/")]
SUBJECTS = [
    *(f"membrane/{page}" for page in ("capacitor", "leak", "action-potential")),
    *(f"membrane/{page}" for page in ("simpler-spikes", "excitability", "channels")),
    *(f"cable/{page}" for page in ("squid-axon", "threshold", "sodium", "propagation", "collision")),
    *(f"cable/{page}" for page in ("anode-break", "cable", "dendrites", "numerics", "somebody-elses-model")),
    *(
        f"synapse/{page}"
        for page in ("conductance", "response", "nmda", "short-term", "learning", "mechanisms-of-your-own")
    ),
    *(f"synapse/{page}" for page in ("networks", "calcium")),
]
NOTEBOOKS = [page for page in PAGES if "\nkernelspec:" in (ROOT / f"book/{page}.md").read_text()]
URLS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]


_ONLY_NAMED = ("canonical", "next", "prev", "search", "index", "author")  # links that load nothing


class _Page(HTMLParser):
    """What the tests ask of a page: its ids, its links, its images, its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.resources: list[str] = []
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "img":
            self.images.append(given)
        if tag in ("script", "img", "iframe", "source") and given.get("src"):
            self.resources.append(given["src"])
        if tag == "link" and given.get("rel") not in _ONLY_NAMED:
            self.resources.append(given["href"])


@pytest.fixture(scope="session")
def parsed(site):
    return {path.resolve(): _Page(path) for path in site.rglob("*.html") if "_static" not in path.parts}


def read(site, page):
    return (site / f"{page}.html").read_text()


@pytest.mark.parametrize("page", CHAPTERS)
def test_does_each_page_begin_with_its_aims_and_the_time_it_takes(site, page):
    html = read(site, page)
    aims = html.index('class="aims admonition"')
    first_section = html.index("<h2>", html.index('<article class="bd-article"'))
    assert aims < first_section
    assert re.search(r"About [^.]*(minutes|hour)", html[aims:first_section])


@pytest.mark.parametrize("page", LESSONS)
def test_does_each_page_let_the_reader_check_and_name_its_sources(site, page):
    html = read(site, page)
    assert 'class="selfcheck"' in html
    assert ">References<" in html


@pytest.mark.parametrize("page", SUBJECTS)
def test_does_each_chapter_predict_try_and_say_what_breaks_the_model(site, page):
    html = read(site, page)
    assert 'class="predict admonition"' in html or 'class="ns-predict"' in html
    assert html.count('class="selfcheck"') in (2, 3)
    assert html.count('class="exercise admonition"') == html.count('class="solution dropdown admonition"') > 0
    assert ">What breaks this model<" in html


def test_has_every_reference_a_doi(site):
    for page in PAGES:
        for references in re.findall(r'<ul class="references">.*?</ul>', read(site, page), re.S):
            assert references.count("<li") == references.count("https://doi.org/10.") > 0, references


def test_has_every_image_alternative_text(parsed):
    # The logo stands beside the site's name, and says nothing more: its alternative text is empty.
    for path, page in parsed.items():
        for image in page.images:
            assert image.get("alt") or "logo" in image["src"], (path, image)


def test_does_no_page_start_with_more_than_300_kB_of_its_own(site, parsed):
    # Of its own: its HTML, the theme's 20 kB with it, and the pictures that it shows; not what pages share.
    # A phone on a slow line (1.5 Mbit/s) has 300 kB, 80 kB when compressed, before its reader turns away.
    weights = {}
    for path, page in parsed.items():
        pictures = {path.parent / unquote(image["src"]) for image in page.images if "_images" in image["src"]}
        weights[path.relative_to(site).as_posix()] = sum(f.stat().st_size for f in [path, *pictures])
    assert len(weights) > len(PAGES)
    assert {page: weight for page, weight in weights.items() if weight > 300_000} == {}


def test_is_code_without_a_span_of_the_color_that_its_span_would_give_it(site, extension):
    styles = (site / "_static/pygments.css").read_text()
    for scheme in ("light", "dark"):
        color = re.compile(rf'html\[data-theme="{scheme}"\] \.highlight( \.\w+)? {{.*?\bcolor: (#\w+)')
        colors = dict(color.findall(styles))
        assert colors[" .k"] != colors[""]
        assert {colors[f" .{kind}"] for kind in extension("theme_mends").PLAIN} == {colors[""]}


def test_does_every_internal_link_lead_to_a_page_and_a_place(parsed):
    broken = []
    for path, page in parsed.items():
        for link in page.links:
            target, place = urldefrag(link)
            if urlsplit(link).scheme:
                continue
            file = (path.parent / unquote(target.partition("?")[0])).resolve() if target else path
            if not file.is_file() or (place and file in parsed and place not in parsed[file].ids):
                broken.append((path.name, link))
    assert not broken


def test_is_nothing_that_a_page_loads_on_another_host(parsed):
    for path, page in parsed.items():
        foreign = [url for url in page.resources if urlsplit(url).netloc and not url.startswith("data:")]
        assert not foreign, path


def test_can_each_notebook_page_be_opened_on_binder_and_downloaded(site):
    assert {"index", "start/how-to", *SUBJECTS} <= set(NOTEBOOKS)
    for page in NOTEBOOKS:
        html = read(site, page)
        name = URLS["Repository"].removeprefix("https://github.com/")
        assert f"https://mybinder.org/v2/gh/{name}/main?urlpath=lab/tree/book/{page}.md" in html
        assert re.search(r'href="[^"]*_sources/' + page + r'\.ipynb"', html)
        assert (site / f"_sources/{page}.ipynb").is_file()


def test_are_the_addresses_of_the_book_those_of_the_project():
    config = yaml.safe_load((ROOT / "_config.yml").read_text())
    assert config["repository"]["url"] == URLS["Repository"]
    assert config["html"]["baseurl"] == URLS["Book"]
    name = URLS["Repository"].removeprefix("https://github.com/")
    launching = re.compile(r"mybinder\.org/v2/gh/([\w.-]+/[\w.-]+)")
    our_own = re.compile(r"github\.com/([\w.-]*neuroscales[\w.-]*/[\w.-]+)", re.I)
    for page in PAGES:
        text = (ROOT / f"book/{page}.md").read_text()
        assert {*launching.findall(text), *our_own.findall(text)} <= {name}, page


def test_is_there_a_file_wherever_a_page_sends_the_reader_in_the_repository():
    for page in PAGES:
        for path in re.findall(r"urlpath=lab/tree/([^)\s]+)", (ROOT / f"book/{page}.md").read_text()):
            assert (ROOT / path).is_file(), (page, path)


@pytest.mark.parametrize("folder", ["mathjax", "fonts"])
def test_are_the_vendored_files_the_ones_whose_checksums_are_kept(folder):
    root = ROOT / "book/_vendor" / folder
    listed = dict(reversed(line.split()) for line in (root / "SHA256SUMS").read_text().splitlines())
    present = {f"./{p.relative_to(root)}" for p in root.rglob("*") if p.is_file()}
    assert present == {*listed, "./README.md", "./SHA256SUMS"}
    assert any("LICENSE" in name for name in listed)
    for name, checksum in listed.items():
        assert hashlib.sha256((root / name).read_bytes()).hexdigest() == checksum, name
