# SPDX-License-Identifier: BSD-3-Clause
"""Serve folders to this machine alone, and print their addresses.

python tools/serve.py book=_build/html report=DIR/report
"""

import contextlib
import http.server
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

FIRST_PORT, LAST_PORT = 8000, 8099


class Folders(http.server.SimpleHTTPRequestHandler):
    """`/NAME/path` is the file `path` of the folder called NAME; nothing else is there."""

    folders: dict[str, Path]

    def translate_path(self, path: str) -> str:
        """The file for the path of an address."""
        name, _, rest = unquote(urlsplit(path).path).lstrip("/").partition("/")
        folder = self.folders.get(name)
        file = (folder / rest).resolve() if folder else None
        return str(file) if file and file.is_relative_to(folder) else ""

    def log_message(self, *args: object) -> None:
        """Stay silent: the addresses are to remain in sight."""


def start(folders: dict[str, Path]) -> http.server.ThreadingHTTPServer:
    """A server of `folders` on the first free port."""
    handler = type("Handler", (Folders,), {"folders": folders})
    for port in range(FIRST_PORT, LAST_PORT + 1):
        with contextlib.suppress(OSError):
            return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    sys.exit(f"no port between {FIRST_PORT} and {LAST_PORT} is free: stop another server first")


def main() -> None:
    """Serve until Ctrl-C."""
    given = dict(argument.split("=", 1) for argument in sys.argv[1:])
    server = start({name: Path(folder).resolve() for name, folder in given.items()})
    for name in given:
        print(f"{name:>10}: http://127.0.0.1:{server.server_port}/{name}/")
    print("Ctrl-C ends it.", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
