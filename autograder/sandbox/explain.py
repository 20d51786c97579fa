# SPDX-License-Identifier: BSD-3-Clause
"""What an error says to a student who could not know it: what is there at a screen, and not here."""

import re

_ELSEWHERE = {
    "google": "exists on Google Colab only",
    "kaggle_secrets": "exists on Kaggle only",
    "kaggle_datasets": "exists on Kaggle only",
    "dbutils": "exists on Databricks only",
    "pyodide": "exists in a browser (JupyterLite) only",
    "pyodide_js": "exists in a browser (JupyterLite) only",
    "piplite": "exists in a browser (JupyterLite) only",
    "micropip": "exists in a browser (JupyterLite) only",
    "js": "exists in a browser (JupyterLite) only",
    "msvcrt": "exists on Windows only",
    "winreg": "exists on Windows only",
    "winsound": "exists on Windows only",
}


def told(name: str, message: str) -> str:
    """A clause in place of an error's name and message; "" where these say enough.

    >>> told("ModuleNotFoundError", "No module named 'google.colab'")
    'the module google.colab exists on Google Colab only: take its line out, and what needs it'
    """
    if name in ("ModuleNotFoundError", "ImportError"):
        found = re.match(r"No module named '([\w.]+)'", message)
        if found:
            where = _ELSEWHERE.get(found[1].partition(".")[0])
            module = "google.colab" if found[1] == "google" else found[1]
            missing = "is not installed where work is graded"
            return f"the module {module} {where or missing}: take its line out, and what needs it"
    if name == "StdinNotImplementedError":
        return "nobody types while work is graded: write the value into the cell in place of input()"
    return ""
