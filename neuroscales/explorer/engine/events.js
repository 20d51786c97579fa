// SPDX-License-Identifier: BSD-3-Clause
// Events in the order of their times; of those at the same time the one that was sent first comes first.

export class EventQueue {
  constructor() { this.clear(); }

  clear() { this.heap = []; this.sent = 0; }

  send(event) {
    const heap = this.heap;
    event.order = this.sent++;
    let place = heap.push(event) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!comesBefore(event, heap[above])) break;
      heap[place] = heap[above];
      place = above;
    }
    heap[place] = event;
  }

  // The next event that is due at `t`, or undefined.
  next(t) {
    const heap = this.heap;
    if (heap.length === 0 || heap[0].t > t) return undefined;
    const first = heap[0], last = heap.pop();
    if (heap.length > 0) this.sink(last);
    return first;
  }

  sink(event) {
    const heap = this.heap;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && comesBefore(heap[below + 1], heap[below])) below++;
      if (!comesBefore(heap[below], event)) break;
      heap[place] = heap[below];
      place = below;
    }
    heap[place] = event;
  }

  save() { return { heap: this.heap.map((event) => ({ ...event })), sent: this.sent }; }

  restore(saved) {
    this.heap = saved.heap.map((event) => ({ ...event }));
    this.sent = saved.sent;
  }
}

function comesBefore(one, two) {
  return one.t < two.t || (one.t === two.t && one.order < two.order);
}
