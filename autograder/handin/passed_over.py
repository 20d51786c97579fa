# SPDX-License-Identifier: BSD-3-Clause
"""Lines of a notebook that make sense at a screen alone: the grader passes over them."""

import re

_LINE = re.compile(
    r"""^(?P<indent>[ \t]*)(?P<line>
        [%!]{1,2}\s*(?:pip3?|conda|mamba|uv|apt(?:-get)?)\b.*       # nothing is installed here
      | %\s*matplotlib\b(?!\s+(?:inline|agg)\b).*                   # a figure that answers to the mouse
      | %\s*(?:load_ext|reload_ext|autoreload|config)\b.*
      | get_ipython\(\)\s*\.\s*(?:run_line_magic|magic|enable_matplotlib|enable_gui)\(.*
      | (?:matplotlib|mpl)\s*\.\s*use\s*\(.*\)\s*(?:\#.*)?
      | (?:plt|pyplot|matplotlib\.pyplot)\s*\.\s*(?:switch_backend\s*\(.*\)|ion\s*\(\s*\))\s*(?:\#.*)?
    )$""",
    re.VERBOSE | re.MULTILINE,
)


def without(source: str) -> str:
    r"""The source with such lines as remarks.

    >>> without("%matplotlib widget\nx = 1")
    'pass  # not needed here: %matplotlib widget\nx = 1'
    >>> without("%matplotlib inline")
    '%matplotlib inline'
    """
    if source.lstrip().startswith("%%"):
        return source
    return _LINE.sub(
        lambda found: f"{found['indent']}pass  # not needed here: {found['line'].strip()}", source
    )
