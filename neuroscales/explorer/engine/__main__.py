# SPDX-License-Identifier: BSD-3-Clause
"""Write the page modules of all mechanisms: run this after a `.mod` file has changed."""

from neuroscales.explorer.engine import FOLDER, sources
from neuroscales.explorer.engine.nmodl import translate


def main() -> None:
    """Write them beside the engine."""
    for name, path in sources().items():
        (FOLDER / "mechanisms" / f"{name}.js").write_text(translate(path), encoding="utf-8")
        print(f"{name}.js from {path.name}")


if __name__ == "__main__":
    main()
