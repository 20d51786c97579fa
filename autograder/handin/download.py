# SPDX-License-Identifier: BSD-3-Clause
"""Taking work home: a button that saves the notebook and downloads it, and a warning where work gets lost.

The button runs two of JupyterLab's own commands through its command linker, so that what arrives is what the
student sees, wherever the server is. It needs no extension; elsewhere the sentence beside it says how.
"""

import html
import json
import os

# What BinderHub tells each of its sessions, and the name that Kubernetes gives its service.
_BINDER = ("BINDER_LAUNCH_HOST", "BINDER_REPO_URL", "BINDER_SERVICE_HOST")

#: In JupyterLab, which waits for the first command before it runs the second.
_SAVE_AND_DOWNLOAD = {"commands": ["docmanager:save", "docmanager:download"]}

WARNING = (
    "You are on Binder: when this session ends, your work is gone. It ends when you close it, and by itself "
    "after some minutes without a click."
)
TAKE = "Without the button: File, Save Notebook, then File, Download."
BRING_BACK = (
    "To go on later, open the assignment again, close its tab (Discard), drag your file into the file list "
    "on the left (Overwrite), and open it from there."
)


def is_binder() -> bool:
    """Whether this is a Binder session, which keeps nothing."""
    return any(name in os.environ for name in _BINDER)


def bundle() -> dict[str, str]:
    """The button and what belongs to it, as display data."""
    lines = [WARNING, TAKE, BRING_BACK] if is_binder() else [TAKE]
    return {"text/plain": "\n".join(lines), "text/html": _html(lines, prominent=is_binder())}


def _html(lines: list[str], *, prominent: bool) -> str:
    """A button in the manner of JupyterLab's own, and the lines; a bar at the side marks a warning."""
    command = html.escape(json.dumps(_SAVE_AND_DOWNLOAD))
    button = (
        '<button class="jp-mod-styled jp-mod-accept" data-commandlinker-command="apputils:run-all-enabled" '
        f'data-commandlinker-args="{command}">Save and download this notebook</button>'
    )
    first, *others = [html.escape(line) for line in lines]
    parts = [f"<strong>{first}</strong>", button, *others] if prominent else [button, first]
    bar = ' style="border-left: 4px solid #d55e00; padding-left: 0.8em"' if prominent else ""
    return f"<div{bar}>" + "".join(f"<p>{part}</p>" for part in parts) + "</div>"
