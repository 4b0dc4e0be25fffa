// A product's open page says what is left while others buy: the events of its stream change what the server wrote, into
// what the server would write now.
const RETRY_MS = [2000, 8000, 30_000];
const product = () => document.getElementById("product");

function show({ variant, left }) {
  for (const link of product().querySelectorAll(`[data-variant="${variant}"]`)) {
    link.classList.toggle("choice-value--out", left === 0);
    link.querySelector("[data-out]").hidden = left !== 0;
  }
  const form = product().querySelector(".buy");
  if (Number(form?.elements.variant.value) === variant) showChosen(product().querySelector("[data-stock]"), form, left);
}

function showChosen(stock, form, left) {
  const { quantity } = form.elements;
  const button = form.querySelector("button");
  const text = stock.dataset[left === null ? "more" : `left-${left}`];
  const hadFocus = left === 0 && form.contains(document.activeElement);
  // Written only where it changes: what is written is read aloud.
  if (stock.textContent.trim() !== text) stock.textContent = text;
  stock.classList.toggle("stock--out", left === 0);
  stock.classList.toggle("stock--few", Boolean(left));
  stock.classList.toggle("stock--in", left === null);
  button.disabled = quantity.disabled = left === 0;
  button.textContent = left === 0 ? text : button.dataset.buy;
  if (left) quantity.max = left;
  else quantity.removeAttribute("max");
  if (hadFocus) keepPlace(stock);
}

// What is disabled loses the focus: nobody starts again at the page's top.
function keepPlace(stock) {
  stock.tabIndex = -1;
  stock.focus({ preventScroll: true });
}

// Too much was missed: the part is fetched anew, with the variant that is shown now, whichever is the first one by then.
async function beginAnew(attempt = 0) {
  const before = product();
  const address = new URL(location.href);
  const chosen = before.querySelector(".buy")?.elements.variant.value;
  if (chosen) address.searchParams.set("variant", chosen);
  const swap = { target: before, select: "#product", swap: "outerHTML show:none settle:0ms" };
  await window.htmx.ajax("GET", address.pathname + address.search, swap).catch(() => {});
  if (before.isConnected && attempt < RETRY_MS.length) setTimeout(retry, RETRY_MS[attempt], before, attempt + 1);
}

// Another choice may have brought it in the meantime.
function retry(before, attempt) {
  if (before.isConnected) beginAnew(attempt);
}

document.addEventListener("live:event", ({ target, detail }) => {
  if (target !== product() || detail.kind !== "stock") return;
  // A part that was fetched since (another size) shows more than the stream has told, and hears it all the same.
  if (detail.seq > Number(target.dataset.liveSeq)) show(detail.data);
});
document.addEventListener("live:reset", ({ target }) => target === product() && beginAnew());
