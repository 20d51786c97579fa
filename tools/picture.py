# SPDX-License-Identifier: BSD-3-Clause
"""Take the README's picture, the front page of the built book: `make picture` runs this."""

import shutil
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright
from serve import start

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "book" / "images" / "readme.png"
SIZE = {"width": 1010, "height": 880}


def main() -> None:
    """Open the page in Chromium, wait for its explorer, and write the picture."""
    PICTURE.parent.mkdir(exist_ok=True)
    server = start({"book": ROOT / "_build" / "html"})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(f"http://127.0.0.1:{server.server_port}/book/index.html")
        page.wait_for_selector("figure.is-live")
        page.evaluate("document.fonts.ready")
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
