// SPDX-License-Identifier: BSD-3-Clause
// The inverse of packing.py: base64, gunzip, byte-unshuffle, sum up, scale.

const NOTHING = -1; // the level of a value that is not there

async function unpackRow(packed, channels, runs) {
  const squeezed = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const stream = new Blob([squeezed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const raw = new Uint8Array(await new Response(stream).arrayBuffer());
  const total = runs * channels.reduce((sum, channel) => sum + (channel.size ?? 0), 0);
  const step = (i) => ((raw[i] | (raw[total + i] << 8)) << 16) >> 16;
  const row = Array.from({length: runs}, () => ({columns: []}));
  let at = 0;
  for (const {same, size, low, high, levels} of channels) {
    for (const run of row) {
      let level = 0;
      const next = () => ((level += step(at++)) === NOTHING ? NaN : low + level * ((high - low) / levels));
      run.columns.push(same === undefined ? Float32Array.from({length: size}, next) : run.columns[same]);
    }
  }
  JSON.parse(new TextDecoder().decode(raw.subarray(2 * total))).forEach((text, i) => (row[i].sentence = text));
  return row;
}
