// SPDX-License-Identifier: BSD-3-Clause
// The time control: one slider that all panels share, and a button that moves it. Nothing moves before it is asked to.

function movie(parent, time, id, show) {
  const {from, to, unit, samples, moment, movieSeconds} = time;
  const digits = Math.max(0, Math.ceil(-Math.log10((to - from) / (samples - 1))));
  const texts = Array.from(evenly(from, to, samples), (t) => `${t.toFixed(digits)} ${unit}`);
  const bar = addTo(parent, "div", {className: "ns-explorer-movie"});
  const button = addTo(bar, "button", {type: "button"});
  const symbol = addTo(button, "span", {"aria-hidden": "true"});
  const word = addTo(button, "span");
  const input = slider(bar, {label: "Time", texts, start: moment}, id, byHand);
  let sample = moment, frame = 0, fresh = true;

  function name() {
    [symbol.textContent, word.textContent] = frame ? ["\u275a\u275a", "Pause"] : ["\u25b6", "Play"];
    bar.classList.toggle("is-playing", frame !== 0);
  }

  function go(number) {
    if (number === sample) return;
    sample = number;
    input.value = number;
    input.tell();
    show(number);
  }

  function pause() {
    cancelAnimationFrame(frame);
    frame = 0;
    name();
  }

  function byHand() {
    fresh = false;
    pause();
    go(Number(input.value));
  }

  function play() {
    // The first time, and from the end, the whole movie; otherwise on from here.
    const first = fresh || sample === samples - 1 ? 0 : sample;
    fresh = false;
    const began = performance.now();
    const step = (now) => {
      const played = Math.max(0, now - began) / (1000 * movieSeconds);
      go(Math.min(samples - 1, first + Math.floor(played * (samples - 1))));
      if (sample === samples - 1) pause();
      else frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    name();
  }

  button.addEventListener("click", () => (frame ? pause() : play()));
  name();
  return {
    seek(t) {
      input.value = Math.round(((t - from) / (to - from)) * (samples - 1));
      byHand();
    },
    stop: pause,
  };
}
