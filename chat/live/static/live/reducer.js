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
      return { state, events: [], ask: isBehind(state, frame) ? "sync" : null };
    case "lag":
      // Nothing more comes by itself, whatever we have.
      return { state, events: [], ask: state.seq === null ? null : "sync" };
    case "reset":
      return { state: { epoch: frame.epoch, seq: frame.seq }, events: [], ask: "reload" };
    default:
      return { state, events: [], ask: null };
  }
}

// Two parts of a page that know a stream up to different events: where both miss nothing. Of different epochs the
// newer page's counts, and the server tells the other to begin anew.
export function earlier(known, other) {
  if (other.seq === null) return known;
  if (known.seq === null || known.epoch !== other.epoch) return other;
  return other.seq < known.seq ? other : known;
}

function isBehind(state, head) {
  return state.seq !== null && (head.epoch !== state.epoch || head.seq > state.seq);
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
