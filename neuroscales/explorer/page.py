# SPDX-License-Identifier: BSD-3-Clause
"""The explorer as HTML: a still figure for paper, and the same figure with the runs that bring it to life."""

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from neuroscales.core import style
from neuroscales.explorer.declare import View
from neuroscales.explorer.packing import Scale, pack_row, scale_of
from neuroscales.explorer.runs import Frame, ModelRuns
from neuroscales.explorer.show import as_data


def still_figure(explorer: ModelRuns) -> str:
    """The figure at its start values, with its sentence and caption; needs no script."""
    return _figure(explorer, "")


def interactive_figure(explorer: ModelRuns) -> str:
    """The still figure together with all runs of the grid, packed; the page's script makes it move."""
    return _figure(explorer, as_data(payload(explorer), "ns-explorer-data"))


def payload(explorer: ModelRuns) -> dict[str, Any]:
    """Run the whole grid; return the spec, the channels with their scales, and the packed rows.

    A quantity that two views draw alike travels once: the second channel names the first in ``same``.
    """
    rows = list(explorer.grid())
    sheets = [_channel(rows, i) for i in range(len(explorer.levels))]
    scales = [scale_of(sheet, levels) for sheet, levels in zip(sheets, explorer.levels, strict=True)]
    twins = [_twin(sheets, scales, i) for i in range(len(sheets))]
    own = [i for i, twin in enumerate(twins) if twin is None]
    packed = [
        pack_row([sheets[i][k] for i in own], [scales[i] for i in own], [frame.sentence for frame in row])
        for k, row in enumerate(rows)
    ]
    channels = [
        {"size": sheet.shape[-1], **scale._asdict()} if twin is None else {"same": twin}
        for sheet, scale, twin in zip(sheets, scales, twins, strict=True)
    ]
    return {**explorer.spec(), "channels": channels, "rows": [{"data": data} for data in packed]}


def still_svg(explorer: ModelRuns) -> str:
    """The views at the start values as one SVG, in the color of the page's text."""
    bands = _bands(explorer.views)
    columns = max(len(band) for band in bands)
    size = "wide" if len(bands) == 1 else "tall"
    figure, axes = style.figure(
        explorer.caption, explorer.alt, size=size, rows=len(bands), cols=columns, squeeze=False
    )
    if len(bands) > 2:
        figure.set_size_inches(6.4, 2.3 * len(bands))
    run = explorer.view_of(explorer.start, *(control.start for control in explorer.controls))
    for band, cells in zip(bands, axes, strict=True):
        for view, ax in zip(band, _share(list(cells), len(band)), strict=True):
            view.draw(ax, run, explorer.moment)
    return figure.to_svg()


def _bands(views: Sequence[View]) -> list[list[View]]:
    """The views in rows, as they stand on a desk."""
    bands: list[list[View]] = []
    for view in views:
        if bands and len(bands[-1]) < view.side_by_side == bands[-1][0].side_by_side:
            bands[-1].append(view)
        else:
            bands.append([view])
    return bands


def _share(cells: list[Axes], number: int) -> list[Axes]:
    """Stretch `number` axes over the row of cells; the others go."""
    each = len(cells) // number
    for i, ax in enumerate(cells):
        if i < number:
            spot = ax.get_subplotspec()
            ax.set_subplotspec(ax.get_gridspec()[spot.rowspan.start, i * each : (i + 1) * each])
        else:
            ax.remove()
    return cells[:number]


def _channel(rows: list[list[Frame]], number: int) -> np.ndarray:
    """One channel of all frames, shape (n_rows, n_runs, size)."""
    return np.array([[frame.channels[number] for frame in row] for row in rows])


def _twin(sheets: list[np.ndarray], scales: list[Scale], number: int) -> int | None:
    """The first of the channels before this one that carries the same numbers."""
    for i in range(number):
        if scales[i] == scales[number] and np.array_equal(sheets[i], sheets[number], equal_nan=True):
            return i
    return None


def _figure(explorer: ModelRuns, data: str) -> str:
    text = {key: html.escape(getattr(explorer, key)) for key in ("name", "title", "caption")}
    start = html.escape(explorer.words(*(control.start for control in explorer.controls)))
    sentence = html.escape(explorer.describe(explorer.start))
    return (
        f'<figure class="ns-explorer" id="explorer-{text["name"]}">'
        f'<div class="ns-explorer-still"><p class="ns-explorer-title">{text["title"]}</p>'
        f'{still_svg(explorer)}<p class="ns-explorer-sentence">{start}. {sentence}</p></div>'
        f"<figcaption>{text['caption']}</figcaption>{data}</figure>"
    )
