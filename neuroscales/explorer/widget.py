# SPDX-License-Identifier: BSD-3-Clause
"""The explorer in JupyterLab: moving a slider runs the model in the kernel."""

import time
from typing import Any

import anywidget
import numpy as np
import traitlets

from neuroscales.explorer import bundle
from neuroscales.explorer.runs import ModelRuns


class ExplorerWidget(anywidget.AnyWidget):
    """Sends the spec to the front end, and answers each request with one run of the model."""

    _esm = bundle.widget_module()
    _css = bundle.stylesheet()
    spec = traitlets.Dict().tag(sync=True)

    def __init__(self, explorer: ModelRuns) -> None:
        super().__init__(spec={**explorer.spec(), "caption": explorer.caption})
        self._explorer = explorer
        self.on_msg(self._answer)

    def _answer(self, _: object, request: dict[str, Any], __: list) -> None:
        """Run the model at the requested values and send the channels, or one sentence on what went wrong."""
        began = time.perf_counter()
        reply = {"view": request["view"], "seq": request["seq"]}
        values = [
            control.values[index]
            for control, index in zip(self._explorer.controls, request["cell"], strict=True)
        ]
        try:
            frame = self._explorer.frame(*values)
        except Exception as error:
            where = self._explorer.words(*values)
            self.send({**reply, "problem": f"{where}: the model could not be run ({_one_line(error)})."})
            return
        reply["ms"] = (time.perf_counter() - began) * 1e3
        buffers = [np.asarray(channel, "<f4").tobytes() for channel in frame.channels]
        self.send({**reply, "sentence": frame.sentence}, buffers)


class PredictWidget(anywidget.AnyWidget):
    """Sends the question and the curve to the front end; nothing comes back."""

    _esm = bundle.widget_module()
    _css = bundle.stylesheet()
    spec = traitlets.Dict().tag(sync=True)

    def __init__(self, spec: dict[str, Any]) -> None:
        super().__init__(spec=spec)


def _one_line(error: Exception) -> str:
    """The error's message on one line; its name where it has none."""
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
