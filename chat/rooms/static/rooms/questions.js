// Asks before something cannot be taken back. Resolves with the form's fields, or null for no.

export function ask(dialog, about) {
  const form = dialog.querySelector("form");
  form.reset();
  dialog.querySelector("[data-about]").textContent = about;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const answered = () => resolve(dialog.returnValue === "yes" ? new FormData(form) : null);
    dialog.addEventListener("close", answered, { once: true });
  });
}
