// SPDX-License-Identifier: BSD-3-Clause
// An explorer with a kernel: every move of a slider runs the model.

function kernelSource(model, engine) {
  const view = `${Date.now()}-${Math.random()}`; // one widget can be shown several times
  const badge = (ms) => `live ${engine} (${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms)`;
  const source = {
    silence: "waiting for the kernel",
    patience_ms: 2000,
    ask: (cell, seq) => model.send({type: "run", view, seq, cell}),
    answer(message, buffers) {
      if (message.view !== view) return;
      if (message.problem) source.onanswer(message.seq, {problem: message.problem, badge: `live ${engine}`});
      else source.onanswer(message.seq, {
        columns: buffers.map(floats), sentence: message.sentence, badge: badge(message.ms),
      });
    },
  };
  return source;
}

// A buffer may begin anywhere; a Float32Array may not.
function floats(buffer) {
  const bytes = ArrayBuffer.isView(buffer) ? buffer : new DataView(buffer);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function render({model, el}) {
  const spec = model.get("spec");
  const predict = spec.kind === "predict";
  const figure = addTo(el, predict ? "div" : "figure", {className: `${predict ? "ns-predict" : "ns-explorer"} is-live`});
  // JupyterLab would take these keys from the controls, to fold headings and to move between cells.
  figure.addEventListener("keydown", (event) => {
    if (/^(Arrow|Page|Home|End|Enter| )/.test(event.key)) event.stopPropagation();
  });
  if (predict) return showPredict(addTo(figure, "div"), spec);
  const source = kernelSource(model, spec.engine);
  model.on("msg:custom", source.answer);
  const remove = showExplorer(addTo(figure, "div"), spec, source);
  addTo(figure, "figcaption", {textContent: spec.caption});
  return () => (model.off("msg:custom", source.answer), remove());
}

export default {render};
