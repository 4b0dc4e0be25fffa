// What a browser knows of one stream, and how a frame changes it. Pure: the same vectors run against
// the Python of the tests (tests/chat/live/vectors/follow.json).

export function begin(epoch = null, seq = null) {
  return { epoch, seq };
}

// Gives {state, events, ask}: the events to show, in order and each once; ask is "sync" (a hole: ask
// for what follows state.seq), "reload" (the page's state is worthless) or null.
export function reduce(state, frame) {
  switch (frame.t) {
    case "sub_ok":
      return begun(state, frame);
    case "ev":
      return extended(state, frame.events);
    case "head":
      if (frame.epoch !== state.epoch) return { state, events: [], ask: "sync" };
      return { state, events: [], ask: frame.seq > state.seq ? "sync" : null };
    case "reset":
      return { state: { epoch: frame.epoch, seq: frame.seq }, events: [], ask: "reload" };
    default:
      return { state, events: [], ask: null };
  }
}

function begun(state, frame) {
  // Without a number the page follows from now on; with one, what it misses comes next.
  const seq = state.seq === null ? frame.seq : state.seq;
  return { state: { epoch: frame.epoch, seq }, events: [], ask: null };
}

function extended(state, arrived) {
  const events = [];
  let { seq } = state;
  if (seq === null) return { state, events, ask: null };
  for (const event of arrived) {
    if (event.seq <= seq) continue;
    if (event.seq > seq + 1) return { state: { ...state, seq }, events, ask: "sync" };
    events.push(event);
    seq = event.seq;
  }
  return { state: { ...state, seq }, events, ask: null };
}
