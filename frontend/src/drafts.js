// What was typed survives a lost session, a lost network and a page left by mistake: it is kept in this tab, for this account alone,
// until the server says by a cookie which form it took. Files, passphrases and hidden fields are never kept.

/** @typedef {{ values: [string, string][], client: string }} Draft */

const COOKIE = "tiwizi_taken";
const account = document.body.dataset.account ?? "";

/** @param {HTMLFormElement} form */
function keyOf(form) {
  const hidden = ["act", "on"].map((name) => form.querySelector(`input[type="hidden"][name="${name}"]`));
  const names = hidden.map((field) => (field instanceof HTMLInputElement ? field.value : ""));
  return ["draft", account, location.pathname, ...names].join("|");
}

/** @param {Element} field */
const kept = (field) =>
  field instanceof HTMLTextAreaElement ||
  field instanceof HTMLSelectElement ||
  (field instanceof HTMLInputElement && !["hidden", "file", "password", "submit", "button"].includes(field.type));

/** @param {HTMLFormElement} form */
const acts = (form) => account !== "" && form.querySelector('input[name="client_id"]') instanceof HTMLInputElement;

/** @param {string} key @returns {Draft | null} */
function read(key) {
  const text = sessionStorage.getItem(key);
  return text === null ? null : JSON.parse(text);
}

/** @param {HTMLFormElement} form @param {string} client */
function keep(form, client) {
  const fields = new Set(Array.from(form.elements).filter(kept).map((field) => field.getAttribute("name")));
  /** @type {[string, string][]} */
  const values = [];
  for (const [name, value] of new FormData(form)) if (fields.has(name) && typeof value === "string") values.push([name, value]);
  sessionStorage.setItem(keyOf(form), JSON.stringify({ values, client }));
}

/** @param {HTMLFormElement} form @param {Draft} draft */
function restore(form, draft) {
  for (const field of Array.from(form.elements).filter(kept)) {
    const given = draft.values.filter(([name]) => name === field.getAttribute("name")).map(([, value]) => value);
    if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) field.checked = given.includes(field.value);
    else if (given[0] !== undefined && "value" in field) field.value = given[0];
  }
  const fold = form.closest("details");
  if (fold) fold.open = true;
  const note = document.createElement("p");
  note.className = "tw-note";
  note.setAttribute("role", "status");
  note.textContent = document.body.dataset.draft ?? "";
  form.prepend(note);
}

const taken = new RegExp(`(?:^|; )${COOKIE}=([0-9a-f-]+)`).exec(document.cookie)?.[1];
if (taken) {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("draft|") && read(key)?.client === taken) sessionStorage.removeItem(key);
  }
  document.cookie = `${COOKIE}=; max-age=0; path=/; samesite=lax`;
}

for (const form of document.querySelectorAll("form")) {
  if (!acts(form)) continue;
  const draft = read(keyOf(form));
  // A form that came back refused holds what was typed already.
  if (draft && !form.querySelector("[role=alert]")) restore(form, draft);
}

document.addEventListener("input", (event) => {
  const form = event.target instanceof Element ? event.target.closest("form") : null;
  if (form && acts(form)) keep(form, "");
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  // Who signs out leaves nothing behind.
  if (form.getAttribute("action")?.includes("/logout/")) sessionStorage.clear();
  const field = form.querySelector('input[name="client_id"]');
  if (acts(form) && field instanceof HTMLInputElement && sessionStorage.getItem(keyOf(form)) !== null) keep(form, field.value);
});
