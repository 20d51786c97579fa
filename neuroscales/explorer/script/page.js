// SPDX-License-Identifier: BSD-3-Clause
// An explorer on a page: the runs were made when the book was built, and stand in the page or, where they are many, in
// files beside it, one for each value of the first control. Where anything is missing the still figure stays.

// A file of runs calls this; scripts also load where a page is a file, and nothing else does.
const parcels = new Map();
window.neuroscalesRow = (name, data) => parcels.get(name)?.(data);

function loadParcel(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    parcels.set(url.split("/").at(-1).replace(/\.js.*/, ""), resolve);
    script.src = url;
    script.onerror = () => reject(new Error(url));
    script.onload = () => script.remove();
    document.head.append(script);
  });
}

function pageSource(data) {
  const sizes = data.controls.map((control) => control.texts.length);
  const runs = sizes.slice(1).reduce((product, size) => product * size, 1);
  const badge = `precomputed with ${data.engine}`;
  const rows = new Map();
  const unpack = async ({data: packed, url}) => unpackRow(packed ?? await loadParcel(url), data.channels, runs);
  const row = (number) => {
    if (!rows.has(number)) {
      rows.set(number, unpack(data.rows[number]));
      rows.get(number).catch(() => rows.delete(number)); // the next move tries again
    }
    return rows.get(number);
  };
  const source = {
    silence: "loading",
    patience_ms: 400,
    async ask(cell, seq) {
      const place = cell.slice(1).reduce((sum, index, k) => sum * sizes[k + 1] + index, 0);
      try {
        source.onanswer(seq, {...(await row(cell[0]))[place], badge});
      } catch {
        const problem = "These runs could not be loaded; the picture is the last that could. Move the slider to try again.";
        source.onanswer(seq, {problem, badge});
      }
      if (seq > 1) source.prefetch(cell[0]);
    },
    prefetch(here) {
      for (const next of [here - 1, here + 1]) if (data.rows[next]) row(next).catch(() => {});
    },
  };
  return source;
}

function readSpec(figure, name) {
  return JSON.parse(figure.querySelector(`script.${name}`)?.textContent ?? "null");
}

for (const figure of document.querySelectorAll("figure.ns-explorer")) {
  const data = readSpec(figure, "ns-explorer-data");
  if (data && window.DecompressionStream && window.ResizeObserver) {
    const host = document.createElement("div");
    figure.prepend(host);
    const source = pageSource(data);
    showExplorer(host, data, source, () => figure.classList.add("is-live"));
    // A reader who comes near the sliders will move them.
    const near = () => source.prefetch(data.controls[0].start);
    for (const event of ["pointerenter", "focusin"]) figure.addEventListener(event, near, {once: true});
  }
}

for (const box of document.querySelectorAll("div.ns-predict")) {
  const spec = readSpec(box, "ns-predict-data");
  if (spec && window.ResizeObserver) {
    const host = document.createElement("div");
    box.prepend(host);
    showPredict(host, spec, () => box.classList.add("is-live"));
  }
}
