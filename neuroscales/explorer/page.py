# SPDX-License-Identifier: BSD-3-Clause
"""The explorer as HTML: a still figure for paper, and the same figure with the runs that bring it to life."""

import html
import json
from typing import Any

import numpy as np

from neuroscales.core import style
from neuroscales.explorer.explorer import Explorer, Frame
from neuroscales.explorer.packing import LEVELS, pack_row, scale_of


def still_figure(explorer: Explorer) -> str:
    """The figure at its start values, with its sentence and caption; needs no script."""
    return _figure(explorer, "")


def interactive_figure(explorer: Explorer) -> str:
    """The still figure together with all runs of the grid, packed; the page's script makes it move."""
    data = json.dumps(payload(explorer), ensure_ascii=False, separators=(",", ":"))
    # "</" could end the script element early; JSON reads "<\/" as the same string.
    data = data.replace("</", "<\\/")
    return _figure(explorer, f'<script type="application/json" class="ns-explorer-data">{data}</script>')


def payload(explorer: Explorer) -> dict[str, Any]:
    """Run the whole grid; return the spec, the channels with their scales, and the packed rows."""
    rows = list(explorer.grid())
    n_channels = len(rows[0][0].channels)
    scales = [scale_of(np.array([_channel(row, i) for row in rows])) for i in range(n_channels)]
    channels = [
        {"size": len(array), "low": low, "high": high}
        for array, (low, high) in zip(rows[0][0].channels, scales, strict=True)
    ]
    packed = [
        {
            "data": pack_row(
                [_channel(row, i) for i in range(n_channels)], scales, [frame.sentence for frame in row]
            )
        }
        for row in rows
    ]
    return {**explorer.spec(), "levels": LEVELS, "channels": channels, "rows": packed}


def still_svg(explorer: Explorer) -> str:
    """The views at the start values as one SVG, in the color of the page's text."""
    size = "wide" if len(explorer.views) == 1 else "tall"
    figure, axes = style.figure(explorer.caption, explorer.alt, size=size, rows=len(explorer.views))
    for view, ax in zip(explorer.views, np.atleast_1d(axes), strict=True):
        view.draw(ax, explorer.start, explorer.time)
    return figure.to_svg()


def _channel(row: list[Frame], number: int) -> np.ndarray:
    """One channel of all frames of a row, shape (n_runs, size)."""
    return np.array([frame.channels[number] for frame in row])


def _figure(explorer: Explorer, data: str) -> str:
    text = {key: html.escape(getattr(explorer, key)) for key in ("name", "title", "caption")}
    start = html.escape(explorer.words(*(control.start for control in explorer.controls)))
    sentence = html.escape(explorer.describe(explorer.start))
    return (
        f'<figure class="ns-explorer" id="explorer-{text["name"]}">'
        f'<div class="ns-explorer-still"><p class="ns-explorer-title">{text["title"]}</p>'
        f'{still_svg(explorer)}<p class="ns-explorer-sentence">{start}. {sentence}</p></div>'
        f"<figcaption>{text['caption']}</figcaption>{data}</figure>"
    )
