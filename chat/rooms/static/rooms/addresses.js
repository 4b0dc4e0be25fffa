// A pattern's last 0 that stands alone is the number of a message.
export function numbered(pattern) {
  return (seq) => pattern.replace(/\b0\b(?!.*\b0\b)/, seq);
}
