// Every page: forms that act once, questions before what cannot be taken back, printing. Without this module all of it still works.
//
//   form[data-confirm]            asks its question in a dialog first (the answers' words: data-yes and data-no of <body>)
//   form[data-digest]             sends the SHA-256 of its file (input[name=sha256]) in place of the file, where the browser can make it
//   input[name=client_id]         is filled with an id of the act, so that the server takes it once
//   [data-print]                  prints;   select[data-submit] sends its form when it changes;   details.tw-menu folds on narrow screens

/** How long a sent form stays shut where the page remains (a download), in milliseconds. */
const SHUT = 8000;

/** @param {HTMLFormElement} form */
const clientId = (form) => /** @type {HTMLInputElement | null} */ (form.querySelector('input[name="client_id"]'));

/** A random id in the form of a UUID (version 4). The browser's own maker of them is there only over https or on this machine. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * A form's method: a field of that name would hide the property.
 * @param {HTMLFormElement} form
 */
const posts = (form) => form.getAttribute("method")?.toLowerCase() === "post";

/**
 * Asks in a dialog of the page, which speaks its language.
 * @param {string} question
 * @returns {Promise<boolean>}
 */
function ask(question) {
  const dialog = document.createElement("dialog");
  dialog.className = "tw-dialog";
  const words = document.createElement("p");
  words.id = "tw-question";
  words.textContent = question;
  dialog.setAttribute("aria-labelledby", words.id);
  const answers = document.createElement("div");
  for (const [value, look, otherwise] of [["yes", "btn btn-primary", "Yes"], ["no", "btn btn-outline-secondary", "No"]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = look;
    button.textContent = document.body.dataset[value] ?? otherwise;
    // What cannot be taken back is not under the first key that is pressed.
    button.autofocus = value === "no";
    button.addEventListener("click", () => dialog.close(value));
    answers.append(button);
  }
  dialog.append(words, answers);
  document.body.append(dialog);
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}

/** @param {HTMLFormElement} form */
function reopen(form) {
  delete form.dataset.sent;
  delete form.dataset.asked;
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
}

/** Digests under way, by form. @type {WeakMap<HTMLFormElement, Promise<void>>} */
const digests = new WeakMap();

/**
 * Puts the SHA-256 of a chosen file into its form, and leaves the file itself out of what is sent.
 * @param {HTMLInputElement} input
 * @param {HTMLInputElement} field
 * @param {File} file
 */
async function digest(input, field, file) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  field.value = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  input.removeAttribute("name");
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== "file" || input.form?.dataset.digest === undefined) return;
  const field = input.form.querySelector('input[name="sha256"]');
  const file = input.files?.[0];
  // Over plain http a browser makes no digest, save on this machine: then the file is sent.
  const form = input.form;
  if (!file || !(field instanceof HTMLInputElement) || !("subtle" in crypto)) return;
  digests.set(form, digest(input, field, file).finally(() => digests.delete(form)));
});

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const made = form instanceof HTMLFormElement ? digests.get(form) : undefined;
    if (!(form instanceof HTMLFormElement) || !made) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    void made.then(() => form.requestSubmit(button));
  },
  true,
);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
  const field = clientId(form);
  if (field && !field.value) field.value = randomId();
  const question = form.dataset.confirm;
  if (question && form.dataset.asked !== "yes") {
    event.preventDefault();
    const button = event.submitter;
    void ask(question).then((yes) => {
      if (!yes) return;
      form.dataset.asked = "yes";
      // With the button that was pressed, whose name and value belong to what is sent.
      form.requestSubmit(button);
    });
    return;
  }
  if (!posts(form)) return;
  if (form.dataset.sent === "yes") {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // Not `disabled`: a disabled button would take its own name and value out of what is sent.
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(() => reopen(form), SHUT);
});

// Another content is another act: only the same one, sent again, carries the same id.
document.addEventListener("input", (event) => {
  const form = event.target instanceof Element ? event.target.closest("form") : null;
  const field = form && clientId(form);
  if (field) field.value = "";
});

// A page that the browser kept and shows again takes its forms anew.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form")) reopen(form);
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

// Fragments: an error's page never takes the place of a part; a fragment is never kept as if it were the page of that address; a request
// that changes something carries the token of the page's forms.
const htmx = /** @type {{ config: Record<string, unknown> } | undefined} */ (Reflect.get(window, "htmx"));
if (htmx) htmx.config.noSwap = [204, 304, "4xx", "5xx"];

document.addEventListener("htmx:config:request", (event) => {
  const request = /** @type {CustomEvent} */ (event).detail.ctx.request;
  request.cache = "no-store";
  const token = document.querySelector('input[name="csrfmiddlewaretoken"]');
  if (request.method !== "GET" && token instanceof HTMLInputElement) request.headers["X-CSRFToken"] = token.value;
});

document.addEventListener("htmx:before:response", (event) => {
  const answer = /** @type {CustomEvent} */ (event).detail.ctx.response?.raw;
  if (!(answer instanceof Response) || !answer.redirected) return;
  // The server led elsewhere, to the sign-in: that is a page, not a part of this one.
  event.preventDefault();
  location.assign(answer.url);
});
