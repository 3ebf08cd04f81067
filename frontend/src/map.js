// The map beside a table: outlines coloured by class, names shaped by the browser's own fonts, rows and places that point at each other.
// The table says all that the map does; the map can be left out.
import { Map as MapView, NavigationControl, AttributionControl, setWorkerUrl } from "./maplibre-gl.mjs";

setWorkerUrl(new URL("./maplibre-gl-worker.mjs", import.meta.url).href);

const ARABIC = '400 14px "Noto Sans Arabic"';
const LATIN = '400 14px "Noto Sans"';
const CLASSES = 9;

/** @typedef {{ values: Record<string, number | null> }} Values */

/** @param {string} name */
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The hatching of a missing figure, drawn here so that no image is fetched. */
function hatching() {
  const size = 8;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.fillStyle = token("--tw-paper") || "#fff";
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = token("--tw-hatch") || "#8a8a8a";
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const start of [-size, 0, size]) {
    pen.moveTo(start, size);
    pen.lineTo(start + size, 0);
  }
  pen.stroke();
  return pen.getImageData(0, 0, size, size);
}

/** @param {HTMLElement} element */
async function draw(element) {
  element.dataset.drawn = "begun";
  await Promise.all([document.fonts.load(ARABIC, "خنيفرة"), document.fonts.load(LATIN, "Khénifra")]);
  const [west, south, east, north] = (element.dataset.bounds || "-17,21,-1,36").split(",").map(Number);
  const levels = (element.dataset.levels || "commune").split(",");
  const tiles = new URL(element.dataset.tiles || "", location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
  const name = element.dataset.language === "ar" ? "name_ar" : "name_fr";
  const separator = tiles.includes("?") ? "&" : "?";
  const map = new MapView({
    container: element,
    bounds: [west, south, east, north],
    fitBoundsOptions: { padding: 12 },
    maxZoom: 14,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    style: {
      version: 8,
      sources: { places: { type: "vector", tiles: [`${tiles}${separator}levels=${levels.join(",")}`], minzoom: 0, maxzoom: 12 } },
      layers: [{ id: "ground", type: "background", paint: { "background-color": token("--tw-ground") || "#f4f1ea" } }],
    },
    localIdeographFontFamily: '"Noto Sans Arabic", "Noto Sans", sans-serif',
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), document.dir === "rtl" ? "top-left" : "top-right");
  map.addControl(new AttributionControl({ compact: true, customAttribution: element.dataset.attribution || "" }));
  // The section around the map has its name already: a second landmark of the same name would only be in the way.
  map.getCanvas().setAttribute("aria-label", `${element.dataset.label || ""} – MapLibre`);
  await new Promise((done) => map.once("load", done));
  map.addImage("missing", hatching());
  const colour = ["match", ["coalesce", ["feature-state", "class"], -1]];
  for (let index = 0; index < CLASSES; index += 1) colour.push(/** @type {any} */ (index), token(`--tw-class-${index}`));
  colour.push("rgba(0,0,0,0)");
  map.addLayer({ id: "hatched", type: "fill", source: "places", "source-layer": "places", paint: { "fill-pattern": "missing" } });
  map.addLayer({
    id: "coloured",
    type: "fill",
    source: "places",
    "source-layer": "places",
    paint: { "fill-color": /** @type {any} */ (colour), "fill-opacity": 0.95 },
  });
  map.addLayer({
    id: "borders",
    type: "line",
    source: "places",
    "source-layer": "places",
    paint: {
      "line-color": ["case", ["boolean", ["feature-state", "here"], false], token("--tw-ink") || "#1c2b2a", "#ffffff"],
      "line-width": ["case", ["boolean", ["feature-state", "here"], false], 2.5, 0.6],
    },
  });
  if (element.dataset.douars) {
    map.addLayer({
      id: "douars",
      type: "circle",
      source: "places",
      "source-layer": "douars",
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, 0.9, 12, 4],
        "circle-color": token("--tw-ink") || "#1c2b2a",
        "circle-opacity": 0.65,
      },
    });
  }
  if (element.dataset.labels) {
    map.addLayer({
      id: "names",
      type: "symbol",
      source: "places",
      "source-layer": "labels",
      layout: {
        "text-field": ["get", name],
        "text-font": [name === "name_ar" ? "Noto Sans Arabic" : "Noto Sans"],
        "text-size": 12,
        "text-padding": 3,
        "symbol-sort-key": ["-", 0, ["get", "people"]],
      },
      paint: { "text-color": token("--tw-ink") || "#1c2b2a", "text-halo-color": "#ffffff", "text-halo-width": 1.4 },
    });
  }
  await colourPlaces(map, element);
  pointAtEachOther(map, element);
  new MutationObserver(() => void colourPlaces(map, element)).observe(element, { attributeFilter: ["data-values"] });
  map.once("idle", () => {
    element.dataset.drawn = "done";
    performance.mark("tiwizi-map-drawn");
  });
}

/**
 * @param {MapView} map
 * @param {HTMLElement} element
 */
async function colourPlaces(map, element) {
  const address = element.dataset.values;
  if (!address) return;
  const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const found = /** @type {Values} */ (await answer.json());
  map.removeFeatureState({ source: "places", sourceLayer: "places" });
  for (const [id, index] of Object.entries(found.values)) {
    if (index !== null) map.setFeatureState({ source: "places", sourceLayer: "places", id: Number(id) }, { class: index });
  }
}

/**
 * @param {MapView} map
 * @param {HTMLElement} element
 */
function pointAtEachOther(map, element) {
  /** @type {number | null} */
  let here = null;
  /** @param {number} id */
  const row = (id) => document.querySelector(`tr[data-place="${id}"]`);
  /** @param {number | null} id */
  const show = (id) => {
    if (here === id) return;
    if (here !== null) {
      map.setFeatureState({ source: "places", sourceLayer: "places", id: here }, { here: false });
      row(here)?.classList.remove("tw-here");
    }
    here = id;
    if (here !== null) {
      map.setFeatureState({ source: "places", sourceLayer: "places", id: here }, { here: true });
      row(here)?.classList.add("tw-here");
    }
  };
  map.on("mousemove", "coloured", (event) => show(Number(event.features?.[0]?.id ?? NaN) || null));
  map.on("mouseleave", "coloured", () => show(null));
  map.on("click", "coloured", (event) => {
    const id = Number(event.features?.[0]?.id ?? NaN);
    if (!id) return;
    element.dispatchEvent(new CustomEvent("tiwizi:place", { bubbles: true, detail: { id } }));
    const found = row(id);
    found?.scrollIntoView({ block: "nearest" });
    const link = found?.querySelector("a");
    if (link instanceof HTMLElement) link.focus();
  });
  for (const kind of ["mouseover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const found = event.target instanceof Element ? event.target.closest("tr[data-place]") : null;
      if (found instanceof HTMLElement) show(Number(found.dataset.place));
    });
  }
}

for (const element of document.querySelectorAll(".tw-map")) {
  if (element instanceof HTMLElement && !element.dataset.drawn) {
    draw(element).catch((error) => {
      element.dataset.drawn = "failed";
      console.error(error);
    });
  }
}
