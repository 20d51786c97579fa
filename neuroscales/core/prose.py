# SPDX-License-Identifier: BSD-3-Clause
"""Numbers that a page's sentences quote: computed where the page runs, never typed."""

from IPython.display import display

_PREFIX = "application/papermill.record/"  # where MyST-NB looks for what `{glue:text}` names


def quote(**texts: str) -> None:
    """Make texts available to the page's sentences as ``{glue:text}`` roles; shows nothing itself.

    Does what `myst_nb.glue` does, without asking a student's environment for the book's packages.

    Args:
        **texts: by name, what the sentence says, unit included: ``quote(threshold=f"{amp_nA:.0f} nA")``.

    Raises:
        TypeError: something that is not a text; numbers need a format and a unit.
    """
    for name, text in texts.items():
        if not isinstance(text, str):
            raise TypeError(f"quote {name} as a text with its unit, not as {type(text).__name__}")
        data = {_PREFIX + "text/plain": repr(text)}
        display(data, raw=True, metadata={"scrapbook": {"name": name, "mime_prefix": _PREFIX}})
