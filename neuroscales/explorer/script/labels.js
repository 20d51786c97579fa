// SPDX-License-Identifier: BSD-3-Clause
// Lines say their names where they run. Lines that coincide share one label.

const COINCIDE = 0.03; // of the axis' range
const APART = 0.12;

function lineLabels(columns, lines, range) {
  const span = range[1] - range[0];
  const groups = [];
  columns.forEach((values, i) => {
    const twin = groups.find((g) => values.every((v, k) => Math.abs(v - g.values[k]) < COINCIDE * span));
    if (twin) twin.names.push(lines[i].label);
    else groups.push({values, names: [lines[i].label]});
  });
  return groups.map((group) => {
    const others = groups.filter((g) => g !== group).map((g) => g.values);
    const index = anchorIndex(group.values, others, span);
    const value = group.values[index];
    return {text: group.names.join(", "), index, value, above: others.every((o) => value >= o[index] - span / 50)};
  });
}

// The sample to label: the line's own peak or trough where that stands clear of the others, else where it is farthest.
function anchorIndex(values, others, span) {
  const distance = (i) => Math.min(span, ...others.map((o) => Math.abs(values[i] - o[i])));
  const best = (score) => values.reduce((top, _, i) => (score(i) > score(top) ? i : top), 0);
  const [peak, trough] = [best((i) => values[i]), best((i) => -values[i])];
  if (values[peak] - values[trough] < COINCIDE * span && !others.length) return Math.round(values.length / 2);
  return [peak, trough].find((i) => distance(i) > APART * span) ?? best(distance);
}

// Puts boxes of the given widths at their anchors, so that they stay inside and apart; rows count away from the line.
function placeLabels(labels, height, area) {
  const placed = [];
  const free = (box) => box.top >= area.top && box.bottom <= area.bottom &&
    placed.every((p) => box.left > p.right + 6 || box.right < p.left - 6 || box.top >= p.bottom || box.bottom <= p.top);
  for (const label of labels) {
    const shift = Math.max(0, label.width / 2 - 8);
    const boxes = [];
    for (let row = 0; row < 6; row++) {
      for (const dx of [0, shift, -shift, shift + 24, -shift - 24]) {
        const middle = label.x + dx;
        const left = Math.max(area.left, Math.min(area.right - label.width, middle - label.width / 2));
        const top = label.above ? label.y - 5 - (row + 1) * height : label.y + 5 + row * height;
        boxes.push({...label, away: row > 0 || Math.abs(dx) > shift, left, right: left + label.width, top, bottom: top + height});
      }
    }
    placed.push(boxes.find(free) ?? boxes[0]);
  }
  return placed;
}
