// Sliders that recompute while they move: one request under way at a time, the latest wins, and an old answer never covers a newer one.
//
//   <form class="tw-sliders" method="post" data-recompute="/…/recompute/" data-target="#result">…<input type="range"><output for="…">…</form>
//
// The answer is a fragment: with a table it takes the place of what the target holds; without one (a refusal and its reasons) it is put
// before the table, which stays. Nothing is kept until the form itself is sent.

/** How long a request may hold back a newer one, in milliseconds. */
const PATIENCE = 800;

/** @param {HTMLFormElement} form */
const sliders = (form) => /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll('input[type="range"]'));

/** @param {HTMLFormElement} form */
function showWeights(form) {
  let total = 0;
  for (const slider of sliders(form)) total += Number(slider.value);
  for (const slider of sliders(form)) {
    const output = form.querySelector(`output[for="${slider.id}"]`);
    if (output) output.textContent = total > 0 ? `${slider.value} (${Math.round((Number(slider.value) / total) * 100)}%)` : slider.value;
  }
}

/**
 * What a fragment says in few words: its leading figures, else its message.
 * @param {DocumentFragment} fragment
 */
function inFewWords(fragment) {
  const figures = [...fragment.querySelectorAll(".tw-facts dt")].map((name) => {
    const figure = name.nextElementSibling?.querySelector("strong") ?? name.nextElementSibling;
    return `${name.textContent}: ${figure?.textContent}`.replace(/\s+/g, " ");
  });
  return figures.join(" · ") || (fragment.querySelector(".tw-message")?.textContent?.trim() ?? "");
}

/**
 * The fragment in its place, and what it says in words, said aloud: never the whole table at each step of a slider.
 * @param {string} html an answer of our own server, escaped there
 * @param {Element} target
 * @param {HTMLElement} refusal
 * @param {HTMLElement} aloud
 */
function put(html, target, refusal, aloud) {
  const fragment = document.createRange().createContextualFragment(html);
  const said = inFewWords(fragment);
  if (fragment.querySelector("table") || !target.querySelector("table")) {
    target.replaceChildren(fragment);
    refusal.replaceChildren();
  } else {
    refusal.replaceChildren(fragment);
  }
  target.classList.toggle("tw-stale", refusal.hasChildNodes());
  if (aloud.textContent !== said) aloud.textContent = said;
}

/**
 * A request at a time for a form, with whatever the form holds when it leaves.
 * @param {HTMLFormElement} form
 * @param {string} address
 * @param {(html: string) => void} show
 */
function sender(form, address, show) {
  /** @type {AbortController | null} */
  let running = null;
  let began = 0;
  let waiting = false;

  const once = async () => {
    const mine = (running = new AbortController());
    began = performance.now();
    const answer = await fetch(address, {
      method: "POST",
      body: new FormData(form),
      headers: { "HX-Request": "true" },
      credentials: "same-origin",
      signal: mine.signal,
    });
    const text = await answer.text();
    // A redirection leads to a whole page (the sign-in), an error to its own: neither is a fragment.
    const ours = !answer.redirected && (answer.ok || answer.status === 422) && answer.headers.get("Content-Type")?.startsWith("text/html");
    if (ours && !mine.signal.aborted) show(text);
  };

  return async () => {
    waiting = true;
    if (running) {
      if (performance.now() - began > PATIENCE) running.abort();
      return;
    }
    while (waiting) {
      waiting = false;
      try {
        await once();
      } catch {
        // Without network, or given up for a newer one: the numbers stay as they are; the form itself still works.
      }
    }
    running = null;
  };
}

/** @param {HTMLFormElement} form */
function live(form) {
  const address = form.dataset.recompute;
  const target = document.querySelector(form.dataset.target ?? "#result");
  if (!address || !target) return;
  const refusal = document.createElement("div");
  const aloud = document.createElement("p");
  aloud.className = "visually-hidden";
  aloud.setAttribute("role", "status");
  target.before(aloud);
  target.prepend(refusal);
  const send = sender(form, address, (html) => {
    put(html, target, refusal, aloud);
    if (!refusal.isConnected) target.prepend(refusal);
    target.removeAttribute("aria-busy");
  });
  form.addEventListener("input", () => {
    showWeights(form);
    target.setAttribute("aria-busy", "true");
    void send().finally(() => target.removeAttribute("aria-busy"));
  });
  showWeights(form);
}

for (const form of document.querySelectorAll("form.tw-sliders")) if (form instanceof HTMLFormElement) live(form);
