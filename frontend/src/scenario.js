// Sliders that recompute while they move: one request under way at a time, the latest wins, and an old answer never covers a newer one.

/** @param {HTMLFormElement} form */
function live(form) {
  const address = form.dataset.recompute;
  const target = document.querySelector(form.dataset.target ?? "#result");
  if (!address || !target) return;
  target.setAttribute("aria-live", "polite");
  let running = false;
  let waiting = false;

  const show = () => {
    let total = 0;
    const sliders = [...form.querySelectorAll('input[type="range"]')].filter((one) => one instanceof HTMLInputElement);
    for (const slider of sliders) total += Number(slider.value);
    for (const slider of sliders) {
      const output = form.querySelector(`output[for="${slider.id}"]`);
      if (output) output.textContent = total > 0 ? `${slider.value} (${Math.round((Number(slider.value) / total) * 100)}%)` : slider.value;
    }
  };

  const send = async () => {
    if (running) {
      waiting = true;
      return;
    }
    running = true;
    target.setAttribute("aria-busy", "true");
    try {
      do {
        waiting = false;
        const answer = await fetch(address, {
          method: "POST",
          body: new FormData(form),
          headers: { "HX-Request": "true" },
          credentials: "same-origin",
        });
        const text = await answer.text();
        // Only what still stands is shown: while a newer state waits, this answer is passed over.
        if (!waiting && answer.headers.get("Content-Type")?.startsWith("text/html")) {
          target.replaceChildren(document.createRange().createContextualFragment(text));
        }
      } while (waiting);
    } catch {
      // Without network the numbers stay as they are; the form itself still works.
    } finally {
      running = false;
      target.removeAttribute("aria-busy");
    }
  };

  form.addEventListener("input", () => {
    show();
    void send();
  });
  show();
}

for (const form of document.querySelectorAll("form.tw-sliders")) if (form instanceof HTMLFormElement) live(form);
