// The page's own sentences, in its language: "{name} mentions you" with what belongs in it.

export function fill(sentence, values) {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (gap, name) => String(values[name] ?? gap));
}
