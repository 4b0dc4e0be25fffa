// Short notes in the corner of whichever page is open. Text only: what arrives is never markup.

const SHOWN_MS = 12_000;

export function showToast({ text, url }) {
  const list = document.getElementById("toasts");
  if (!list || typeof text !== "string" || !text) return;
  const toast = document.createElement(isOurs(url) ? "a" : "p");
  toast.className = "toast";
  toast.textContent = text;
  if (isOurs(url)) toast.href = url;
  list.append(toast);
  // Nothing goes away under somebody's finger or focus, or before anybody could see it.
  const isNeeded = () => document.hidden || toast.matches(":hover, :focus");
  const leave = () => (isNeeded() ? setTimeout(leave, SHOWN_MS) : toast.remove());
  setTimeout(leave, SHOWN_MS);
}

// An address of this site: a toast leads nowhere else, and runs nothing.
function isOurs(url) {
  if (typeof url !== "string" || !url) return false;
  try {
    return new URL(url, location.href).origin === location.origin;
  } catch {
    return false;
  }
}
