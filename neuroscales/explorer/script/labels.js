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
  const best = (score) => values.reduce((top, _, i) => (score(i) > score(top) || Number.isNaN(score(top)) ? i : top), 0);
  const [peak, trough] = [best((i) => values[i]), best((i) => -values[i])];
  if (values[peak] - values[trough] < COINCIDE * span && !others.length) return Math.round(values.length / 2);
  return [peak, trough].find((i) => distance(i) > APART * span) ?? best(distance);
}

// Puts boxes of the given widths near their anchors, inside the area and apart, as little moved as can be.
// A beam search: of all ways to place the labels so far, the best few are kept.
function placeLabels(labels, height, area) {
  let ways = [{cost: 0, boxes: []}];
  for (const label of labels) {
    const boxes = labelBoxes(label, height, area);
    ways = ways.flatMap((way) => boxes.map((box) => ({
      cost: way.cost + box.cost + 20 * way.boxes.filter((other) => touches(box, other)).length,
      boxes: [...way.boxes, box],
    })));
    ways = ways.sort((one, other) => one.cost - other.cost).slice(0, 40);
  }
  return ways[0].boxes;
}

// Where one label could stand: over its anchor or beside it, and up to three rows away from the line.
function labelBoxes(label, height, area) {
  const beside = Math.max(0, label.width / 2 - 8);
  const boxes = [];
  for (let row = 0; row < 4; row++) {
    for (const dx of [0, beside, -beside, beside + 24, -beside - 24]) {
      const left = Math.max(area.left, Math.min(area.right - label.width, label.x + dx - label.width / 2));
      const top = label.above ? label.y - 5 - (row + 1) * height : label.y + 5 + row * height;
      const outside = top < area.top || top + height > area.bottom;
      const away = row > 0 || Math.abs(dx) > beside;
      const cost = row + Math.abs(dx) / label.width + (away ? 1 : 0) + (outside ? 20 : 0);
      boxes.push({...label, away, cost, left, right: left + label.width, top, bottom: top + height});
    }
  }
  return boxes;
}

const touches = (one, other) =>
  one.left < other.right + 6 && other.left < one.right + 6 && one.top < other.bottom && other.top < one.bottom;
