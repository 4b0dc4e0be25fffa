// htmx puts the focus back on the element that has the same id after a swap. Where there is none any more (a line that
// was removed, a button that has done its work), the swapped part itself takes it: nobody starts again at the page's top.
let hadFocus = false;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  hadFocus = detail.target.contains(document.activeElement);
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (!hadFocus || document.activeElement !== document.body) return;
  const part = detail.target.isConnected ? detail.target : document.getElementById(detail.target.id);
  if (!part) return;
  part.tabIndex = -1;
  part.focus({ preventScroll: true });
});
