// SPDX-License-Identifier: BSD-3-Clause
// The explorer itself: views, the sentence, controls. A source answers with runs: the page's grid, or a kernel.

// source.ask(cell, seq) is answered by source.onanswer(seq, {columns, sentence, badge} or {problem}); a source that has
// nothing to say for `patience_ms` is waited for under the words of its `silence`.
let explorers = 0;

function addTo(parent, tag, properties = {}) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  return parent.appendChild(element);
}

// Builds something inside `host` as soon as that is laid out (JupyterLab renders before it attaches, and a page may
// hold it folded away): only then are there a width, colors and a font. Returns what takes it away again.
function whenLaidOut(host, build) {
  let remove = () => {};
  const watcher = new ResizeObserver(() => {
    if (host.clientWidth === 0) return;
    watcher.disconnect();
    remove = build();
  });
  watcher.observe(host);
  return () => (watcher.disconnect(), remove());
}

// Shows an explorer inside `host`. `ready` is called when the first run is drawn.
function showExplorer(host, spec, source, ready = () => {}) {
  return whenLaidOut(host, () => explorerPanel(host, spec, source, ready));
}

function explorerPanel(host, spec, source, ready) {
  const id = `ns-explorer-${++explorers}`;
  const panel = addTo(host, "div", {className: "ns-explorer-live", role: "group", "aria-labelledby": `${id}-title`});
  const head = addTo(panel, "div", {className: "ns-explorer-head"});
  addTo(head, "p", {className: "ns-explorer-title", id: `${id}-title`, textContent: spec.title});
  const badge = addTo(head, "p", {className: "ns-explorer-badge"});
  const stage = addTo(panel, "div", {className: "ns-explorer-stage"});
  const seek = (time) => player?.seek(time);
  const views = spec.views.map((view) => VIEWS[view.kind](place(stage, view), view, spec, seek));
  const showSample = (sample) => views.forEach((view) => view.at(sample));
  const desk = addTo(panel, "div", {className: "ns-explorer-desk"});
  const player = spec.time.moment === undefined ? null : movie(desk, spec.time, `${id}-time`, showSample);
  const sentence = addTo(desk, "p", {className: "ns-explorer-sentence", role: "status"});
  const sliders = spec.controls.map((control, k) => slider(desk, control, `${id}-${k}`, move));
  const longest = Math.max(...spec.controls.flatMap((control) => control.texts.map((text) => text.length)));
  panel.style.setProperty("--ns-value", `${longest + 1}ch`);
  const restyle = () => views.forEach((view) => view.restyle());
  const stopTheme = onThemeChange(restyle);

  let asked = 0, cell = [], sentAt = 0, waiting = false, moved = false, timer = 0;

  function move() {
    moved = true;
    // One request at a time: the newest position goes out when the answer is in, or when none came for long.
    if (!waiting || performance.now() - sentAt > source.patience_ms) ask();
  }

  function ask() {
    moved = false;
    waiting = true;
    sentAt = performance.now();
    clearTimeout(timer);
    timer = setTimeout(() => {
      badge.textContent = source.silence;
      panel.classList.add("is-waiting");
    }, source.patience_ms);
    cell = sliders.map((input) => Number(input.value));
    source.ask(cell, ++asked);
  }

  source.onanswer = (seq, run) => {
    if (seq !== asked) return; // an answer to a question that is no longer asked
    clearTimeout(timer);
    waiting = false;
    panel.classList.toggle("is-waiting", Boolean(run.problem));
    sentence.textContent = run.problem ?? run.sentence;
    badge.textContent = run.badge;
    if (!run.problem) show(run);
    panel.dataset.shown = seq;
    panel.dataset.roundtripMs = (performance.now() - sentAt).toFixed(1);
    if (moved) ask();
  };

  function show(run) {
    let next = 0;
    for (const view of views) {
      view.draw(run.columns.slice(next, (next += view.size)), cell);
      view.describe(run.sentence);
    }
    ready();
  }

  ask();
  return () => {
    clearTimeout(timer);
    player?.stop();
    stopTheme();
    views.forEach((view) => view.destroy());
    panel.remove();
  };
}

// Panels that share a row shrink no further than a hand's breadth; on a phone each gets a row of its own.
function place(stage, view) {
  const host = addTo(stage, "div");
  host.dataset.sideBySide = view.sideBySide;
  return host;
}

function slider(parent, control, id, move) {
  const row = addTo(parent, "div", {className: "ns-explorer-control"});
  addTo(row, "label", {htmlFor: id, textContent: control.label});
  const last = control.texts.length - 1;
  const input = addTo(row, "input", {id, type: "range", min: 0, max: last, step: 1, value: control.start});
  const value = addTo(row, "span", {className: "ns-explorer-value", "aria-hidden": "true"});
  input.tell = () => {
    value.textContent = control.texts[input.value];
    input.setAttribute("aria-valuetext", value.textContent);
  };
  input.tell();
  input.addEventListener("input", () => (input.tell(), move()));
  return input;
}
