// SPDX-License-Identifier: BSD-3-Clause
// An explorer on a page: the runs were made when the book was built, and stand in the page.
// Where anything is missing the still figure stays.

function pageSource(data) {
  const sizes = data.controls.map((control) => control.texts.length);
  const runs = sizes.slice(1).reduce((product, size) => product * size, 1);
  const rows = new Map();
  const row = (number) => {
    if (!rows.has(number)) rows.set(number, unpackRow(data.rows[number].data, data.channels, data.levels, runs));
    return rows.get(number);
  };
  const source = {
    silence: "unpacking",
    async ask(cell, seq) {
      const place = cell.slice(1).reduce((sum, index, k) => sum * sizes[k + 1] + index, 0);
      const run = (await row(cell[0]))[place];
      source.onanswer(seq, {...run, badge: `precomputed with ${data.engine}`});
    },
  };
  return source;
}

for (const figure of document.querySelectorAll("figure.ns-explorer")) {
  const script = figure.querySelector("script.ns-explorer-data");
  if (script && window.DecompressionStream && window.ResizeObserver) {
    const data = JSON.parse(script.textContent);
    const host = document.createElement("div");
    figure.prepend(host);
    showExplorer(host, data, pageSource(data), () => figure.classList.add("is-live"));
  }
}
