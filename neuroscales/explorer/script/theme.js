// SPDX-License-Identifier: BSD-3-Clause
// Colors and type come from the page around the explorer, so that it follows any theme, light or dark.

function pageLook(host) {
  const style = getComputedStyle(host);
  return {ink: style.color, paper: paperBehind(host), font: style.fontFamily};
}

function paperBehind(element) {
  for (let e = element; e; e = e.parentElement) {
    const color = getComputedStyle(e).backgroundColor;
    if (colorBytes(color)[3] === 255) return color;
  }
  return "white";
}

// Any CSS color as [red, green, blue, alpha], 0 to 255: what a canvas makes of it.
const colorProbe = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
function colorBytes(color) {
  colorProbe.clearRect(0, 0, 1, 1);
  colorProbe.fillStyle = color;
  colorProbe.fillRect(0, 0, 1, 1);
  return [...colorProbe.getImageData(0, 0, 1, 1).data];
}

const withAlpha = (color, alpha) => `rgba(${colorBytes(color).slice(0, 3).join()},${alpha})`;

// Relative luminance and contrast as WCAG 2 defines them.
function luminance(bytes) {
  const [r, g, b] = bytes.map((c) => (c <= 10 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

// The color itself ("ink" is the text's), or so much of the text's color mixed in that the line stands out from the paper by 3 to 1.
function legible(color, look) {
  if (color === "ink") return look.ink;
  const [from, ink, paper] = [color, look.ink, look.paper].map(colorBytes);
  for (let share = 0; ; share += 0.1) {
    const mixed = from.map((c, k) => Math.round(c + share * (ink[k] - c)));
    if (share >= 1 || contrast(mixed, paper) >= 3) return `rgb(${mixed.slice(0, 3).join()})`;
  }
}

function onThemeChange(redraw) {
  // A theme's style sheet may arrive a moment after the attribute that names it.
  const later = () => [0, 300].forEach((wait_ms) => setTimeout(redraw, wait_ms));
  const watcher = new MutationObserver(later);
  for (const element of [document.documentElement, document.body]) {
    watcher.observe(element, {attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light", "class"]});
  }
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const sources = [[scheme, "change"], [document.fonts, "loadingdone"]]; // a canvas does not wait for its font
  sources.forEach(([source, event]) => source.addEventListener(event, later));
  return () => {
    watcher.disconnect();
    sources.forEach(([source, event]) => source.removeEventListener(event, later));
  };
}
