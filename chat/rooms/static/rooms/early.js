// Before the page is drawn: whether the chat stands beside it. Who left it open finds it open, and nothing jumps. Where
// it covers the whole page, only on the page that it was opened on: another one was asked for to be seen.
(() => {
  try {
    const open = JSON.parse(sessionStorage.getItem("chat beside"));
    const isBeside = matchMedia("(min-width: 64rem)").matches;
    if (open && (isBeside || open.on === location.pathname)) document.documentElement.dataset.chat = "open";
  } catch {
    // Without a storage it begins closed.
  }
})();
