// Every page: forms that act once, questions before what cannot be taken back, printing. Without this module all of it still works.

/** @param {HTMLFormElement} form */
function named(form) {
  const field = form.querySelector('input[name="client_id"]');
  if (field instanceof HTMLInputElement && !field.value) field.value = crypto.randomUUID();
}

/**
 * Asks in a dialog of the page, which speaks its language.
 * @param {HTMLFormElement} form
 * @param {string} question
 */
function ask(form, question) {
  const dialog = document.createElement("dialog");
  dialog.className = "tw-dialog";
  const words = document.createElement("p");
  words.textContent = question;
  const answers = document.createElement("div");
  const main = document.querySelector("body");
  for (const [value, key] of [["yes", "yes"], ["no", "no"]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = value === "yes" ? "btn btn-primary" : "btn btn-outline-secondary";
    button.textContent = main?.dataset[key] ?? value;
    button.addEventListener("click", () => dialog.close(value));
    answers.append(button);
  }
  dialog.append(words, answers);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue === "yes") {
      form.dataset.asked = "yes";
      form.requestSubmit();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
  named(form);
  const question = form.dataset.confirm;
  if (question && form.dataset.asked !== "yes") {
    event.preventDefault();
    ask(form, question);
    return;
  }
  if (form.method === "post" && !form.dataset.recompute) {
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
  }
});

// A page that the browser kept and shows again takes its forms anew.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form")) {
    delete form.dataset.sent;
    delete form.dataset.asked;
  }
});

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-print]")) window.print();
});

document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement && event.target.dataset.submit !== undefined) event.target.form?.requestSubmit();
});

// The menu folds on narrow screens only; where there is room it stays open.
const wide = window.matchMedia("(min-width: 60rem)");
const fold = () => {
  for (const menu of document.querySelectorAll("details.tw-menu")) if (menu instanceof HTMLDetailsElement) menu.open = wide.matches;
};
wide.addEventListener("change", fold);
fold();
