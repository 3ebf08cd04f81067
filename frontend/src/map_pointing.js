// What a map shows about its places, and how a place on the map and its row in the table point at each other.

/** @typedef {import("./maplibre-gl.mjs").Map} MapView */
/** @typedef {{ classes?: { label: string, swatch?: number }[], values: Record<string, number | null>, doubtful?: number[] }} Values */

/** The classes of the places: asked for one at a time, so that an old answer never covers a newer one. */
export class Figures {
  /** @type {Values} */
  found = { values: {} };
  /** @type {AbortController | null} */
  asked = null;

  /**
   * True where a new answer came; what was there stays where none does.
   * @param {string | undefined} address
   */
  async read(address) {
    this.asked?.abort();
    if (!address) return false;
    const asked = (this.asked = new AbortController());
    try {
      const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" }, signal: asked.signal });
      if (!answer.ok) return false;
      const found = /** @type {Values} */ (await answer.json());
      this.found = found;
      return true;
    } catch {
      return false;
    }
  }

  /** @param {MapView} map */
  paint(map) {
    const layer = { source: "places", sourceLayer: "places" };
    // Few classes are spread over the whole ramp, as the legend and the table say.
    const colour = (/** @type {number | null} */ index) => (index === null ? -1 : (this.found.classes?.[index]?.swatch ?? index));
    for (const [id, index] of Object.entries(this.found.values)) {
      map.setFeatureState({ ...layer, id: Number(id) }, { class: colour(index), doubtful: this.isDoubtful(Number(id)) });
    }
    for (const id of this.painted) {
      if (id in this.found.values) continue;
      for (const key of ["class", "doubtful"]) map.removeFeatureState({ ...layer, id: Number(id) }, key);
    }
    this.painted = Object.keys(this.found.values);
  }

  /** @type {string[]} */
  painted = [];

  /** @param {number} id */
  isDoubtful(id) {
    return this.found.doubtful?.includes(id) ?? false;
  }

  /**
   * The words of the class of a place, with those for an unreliable figure, or those for a missing one.
   * @param {number} id
   * @param {string} missing
   * @param {string} doubtful
   */
  label(id, missing, doubtful) {
    const index = this.found.values[id];
    if (index === null || index === undefined) return missing;
    const label = this.found.classes?.[index]?.label ?? "";
    return doubtful && this.isDoubtful(id) ? `${label} – ${doubtful}` : label;
  }
}

/** Which place is pointed at, on the map and in the table alike. */
export class Pointer {
  /** @type {number | null} */
  here = null;

  /**
   * @param {MapView} map
   * @param {HTMLElement} element
   * @param {Figures} figures
   */
  constructor(map, element, figures) {
    this.map = map;
    this.element = element;
    this.figures = figures;
    this.words = document.createElement("p");
    this.words.className = "tw-map-words";
    this.words.hidden = true;
    // The table says it to who does not see the map.
    this.words.setAttribute("aria-hidden", "true");
    element.append(this.words);
  }

  /** @param {number} id */
  static row(id) {
    return document.querySelector(`tr[data-place="${id}"]`);
  }

  /** @param {number | null} id */
  show(id) {
    if (this.here === id) return;
    for (const [one, on] of /** @type {[number | null, boolean][]} */ ([[this.here, false], [id, true]])) {
      if (one === null) continue;
      this.map.setFeatureState({ source: "places", sourceLayer: "places", id: one }, { here: on });
      Pointer.row(one)?.classList.toggle("tw-here", on);
    }
    this.here = id;
    this.say();
  }

  say() {
    const { map, words, element } = this;
    words.hidden = this.here === null;
    if (this.here === null) return;
    const filter = /** @type {any} */ (["==", ["get", "id"], this.here]);
    const label = map.querySourceFeatures("places", { sourceLayer: "labels", filter })[0];
    const name = document.createElement("bdi");
    name.textContent = label?.properties[element.dataset.language === "ar" ? "name_ar" : "name_fr"] ?? "";
    const figure = document.createElement("bdi");
    figure.textContent = this.figures.label(this.here, element.dataset.textMissing ?? "", element.dataset.textDoubtful ?? "");
    words.replaceChildren(...[name, figure].filter((one) => one.textContent));
    words.hidden = !words.hasChildNodes();
  }
}

/**
 * @param {MapView} map
 * @param {HTMLElement} element
 * @param {Pointer} pointer
 */
export function listenToMap(map, element, pointer) {
  /** @type {number | null} */
  let picked = null;
  map.on("mousemove", "coloured", (event) => {
    map.getCanvas().style.cursor = "pointer";
    pointer.show(Number(event.features?.[0]?.id ?? NaN) || null);
  });
  map.on("mouseleave", "coloured", () => {
    map.getCanvas().style.cursor = "";
    pointer.show(null);
  });
  map.on("click", "coloured", (event) => {
    const place = event.features?.[0];
    const id = Number(place?.id ?? NaN);
    // The second half of a double click, which zooms, is not a second click.
    if (!id || event.originalEvent.detail > 1) return;
    const link = Pointer.row(id)?.querySelector("a");
    const page = element.dataset.page?.replace("{code}", encodeURIComponent(String(place?.properties.code ?? "")));
    if (picked === id) {
      if (link) link.click();
      else if (page) location.assign(page);
      return;
    }
    picked = id;
    pointer.show(id);
    element.dispatchEvent(new CustomEvent("tiwizi:place", { bubbles: true, detail: { id } }));
    Pointer.row(id)?.scrollIntoView({ block: "nearest" });
    // From its link, the row opens with Enter.
    link?.focus({ preventScroll: true });
  });
}

/** @param {Pointer} pointer */
export function listenToRows(pointer) {
  /** @param {EventTarget | null} target */
  const row = (target) => (target instanceof Element ? target.closest("tr[data-place]") : null);
  for (const kind of ["mouseover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const found = row(event.target);
      if (found instanceof HTMLElement) pointer.show(Number(found.dataset.place) || null);
    });
  }
  for (const kind of /** @type {const} */ (["mouseout", "focusout"])) {
    document.addEventListener(kind, (event) => {
      const left = row(event.target);
      if (left && left !== row(event.relatedTarget)) pointer.show(null);
    });
  }
}
