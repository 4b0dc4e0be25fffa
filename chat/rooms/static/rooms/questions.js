// Asks before something cannot be taken back. Resolves with the form's fields, or null for no.

export function ask(dialog, about) {
  const [form, words] = [dialog.querySelector("form"), dialog.querySelector("[data-about]")];
  form.reset();
  words.textContent = about;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const answered = () => {
      // What is deleted stays nowhere.
      words.textContent = "";
      resolve(dialog.returnValue === "yes" ? new FormData(form) : null);
    };
    dialog.addEventListener("close", answered, { once: true });
  });
}
