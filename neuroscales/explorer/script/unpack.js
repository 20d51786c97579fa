// SPDX-License-Identifier: BSD-3-Clause
// The inverse of packing.py: base64, gunzip, byte-unshuffle, sum up, scale.

async function unpackRow(packed, channels, levels, runs) {
  const squeezed = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const stream = new Blob([squeezed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const raw = new Uint8Array(await new Response(stream).arrayBuffer());
  const total = runs * channels.reduce((sum, channel) => sum + channel.size, 0);
  const step = (i) => ((raw[i] | (raw[total + i] << 8)) << 16) >> 16;
  const row = Array.from({length: runs}, () => ({columns: []}));
  let at = 0;
  for (const {size, low, high} of channels) {
    for (const run of row) {
      let level = 0;
      run.columns.push(Float64Array.from({length: size}, () => low + (level += step(at++)) * ((high - low) / levels)));
    }
  }
  JSON.parse(new TextDecoder().decode(raw.subarray(2 * total))).forEach((text, i) => (row[i].sentence = text));
  return row;
}
