# SPDX-License-Identifier: BSD-3-Clause
"""What is kept of a notebook's output: text and rebuilt pictures, within a budget; hand-ins are set aside."""

from collections.abc import Callable, Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.handin import MIME
from autograder.handin.pictures import clean_png
from autograder.handin.untrusted import writable

CUT = "[output cut here: it was too long]\n"
_SHOWN = ("execute_result", "display_data", "update_display_data")


class Budget:
    """How many bytes of output a whole notebook may still keep."""

    def __init__(self, size: int) -> None:
        self.left = size

    def take(self, text: str) -> str:
        """The text, as far as the budget reaches; "" once it is used up."""
        if len(text) > self.left:
            text = text[: self.left] + CUT if self.left else ""
            self.left = 0
        self.left -= min(len(text), self.left)
        return writable(text)


class Outputs:
    """The outputs of one cell, built from what its kernel says.

    Args:
        budget: Shared by all cells of the notebook.
        take_handin: Gets the payload of each hand-in, and gives the line that stands in its place.
    """

    def __init__(self, budget: Budget, take_handin: Callable[[Any], str]) -> None:
        self.kept: list[NotebookNode] = []
        self.error: tuple[str, str] | None = None
        self._budget, self._take_handin = budget, take_handin

    def add(self, kind: str, content: Mapping[str, Any]) -> None:
        """Take one message of the kernel's; what has no place in the saved notebook is dropped."""
        if kind == "stream":
            self._add_stream(content)
        elif kind == "error":
            self._add_error(content)
        elif kind == "clear_output":
            self.kept.clear()
        elif kind in _SHOWN and isinstance(content.get("data"), dict):
            self._add_shown(content["data"])

    def _add_stream(self, content: Mapping[str, Any]) -> None:
        """Text of one stream goes into one output."""
        name = "stderr" if content.get("name") == "stderr" else "stdout"
        text = self._budget.take(str(content.get("text", "")))
        last = self.kept[-1] if self.kept else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += text
        elif text:
            self.kept.append(new_output("stream", name=name, text=text))

    def _add_error(self, content: Mapping[str, Any]) -> None:
        """The error, with its traceback as text."""
        name, value = (writable(str(content.get(key, ""))) for key in ("ename", "evalue"))
        self.error = (name[:100], value[:500])
        lines = content.get("traceback")
        text = "\n".join(map(str, lines)) if isinstance(lines, list) else ""
        kept = self._budget.take(text).split("\n")
        self.kept.append(new_output("error", ename=name[:100], evalue=value[:500], traceback=kept))

    def _add_shown(self, data: dict[str, Any]) -> None:
        """A displayed value: a hand-in's line, or text and picture."""
        if MIME in data:
            line = self._take_handin(data[MIME])
            self.kept.append(new_output("display_data", {"text/plain": self._budget.take(line)}))
            return
        bundle = {}
        if isinstance(data.get("text/plain"), str):
            bundle["text/plain"] = self._budget.take(data["text/plain"])
        picture = clean_png(data.get("image/png"))
        if picture and len(picture) <= self._budget.left:
            bundle["image/png"] = self._budget.take(picture)
        if any(bundle.values()):
            self.kept.append(new_output("display_data", bundle))
