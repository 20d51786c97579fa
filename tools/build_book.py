# SPDX-License-Identifier: BSD-3-Clause
"""What `make book` calls: Jupyter Book, without two things that take seconds of a build and change nothing.

Jupyter Book checks its settings with jsonschema, which compiles forty grammars of web addresses when it is
imported, though no setting is checked for that format. And the bibliography asks the list of all installed
packages for each of its plugins, again for each entry.

    python tools/build_book.py build book --config _config.yml --path-output . -W --keep-going
"""

import functools
import sys


def spare() -> None:
    """Leave out the grammars, and look for each plugin of the bibliography once."""
    sys.modules.setdefault("rfc3987_syntax", None)  # an import of it fails, and jsonschema goes on without
    from pybtex import plugin

    plugin._load_entry_point = functools.cache(plugin._load_entry_point)


def main() -> None:
    """Build."""
    spare()
    from jupyter_book.cli.main import main as jupyter_book

    jupyter_book()


if __name__ == "__main__":
    main()
