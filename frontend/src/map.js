// The map beside a table: outlines coloured by class, names shaped by the browser's own fonts, rows and places that point at each other.
// The table says all that the map does; the map can be left out.
//
//   <div class="tw-map" data-tiles="/…/{z}/{x}/{y}.pbf?on=…" data-values="/…/values.json?…" data-bounds="w,s,e,n" data-levels="…"
//        data-language="ar" data-labels="1" data-hamlets="1" data-label="…" data-attribution="…" data-page="/…/{code}/"
//        data-text-zoom-in="…" data-text-zoom-out="…" data-text-attribution="…" data-text-missing="…" data-text-doubtful="…"></div>
//
// Tiles hold `places` (outlines; the id of a feature is the place's; code, level), `labels` (points; id, name_ar, name_fr, people) and
// `hamlets` (points). The values are {"classes": [{"label", "swatch": 0..8}], "values": {"<place>": its class or null}}; a place without a class is hatched.
// Places listed in "doubtful" are dotted over their colour: their figure is an unreliable estimate.
// They are read again when data-values changes or the element hears `tiwizi:values`. A click on a place says `tiwizi:place` with its id and
// goes to its row; a second click opens the row's link, or data-page where the table shows another part.
import { Map as MapView, NavigationControl, AttributionControl, setWorkerUrl } from "./maplibre-gl.mjs";
import { Figures, Pointer, listenToMap, listenToRows } from "./map_pointing.js";

setWorkerUrl(new URL("./maplibre-gl-worker.mjs", import.meta.url).href);

const ARABIC = '400 14px "Noto Sans Arabic"';
const LATIN = '400 14px "Noto Sans"';
const CLASSES = 9;
const PLACES = { source: "places", "source-layer": "places" };

/**
 * A colour of the style sheet.
 * @param {string} name
 * @param {string} otherwise
 */
const token = (name, otherwise) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || otherwise;

/** The hatching of a missing figure, drawn here so that no image is fetched. */
function hatching() {
  const size = 8;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.fillStyle = token("--tw-paper", "#fff");
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = token("--tw-hatch", "#8a8a8a");
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const start of [-size, 0, size]) {
    pen.moveTo(start, size);
    pen.lineTo(start + size, 0);
  }
  pen.stroke();
  return pen.getImageData(0, 0, size, size);
}

/** The dots over an unreliable figure, between which its colour is seen. */
function dots() {
  const size = 8;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  // Dark and white in turn, so that some are seen on every colour.
  for (const [at, colour] of /** @type {[number, string][]} */ ([[2, token("--tw-ink", "#1c2b2a")], [6, "#ffffff"]])) {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(at, at, 1.2, 0, 2 * Math.PI);
    pen.fill();
  }
  return pen.getImageData(0, 0, size, size);
}

/** The library's own style, once; a page that names it already is left as it is. */
function styled() {
  if (document.querySelector('link[href*="maplibre-gl"]')) return undefined;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("./maplibre-gl.css", import.meta.url).href;
  const loaded = new Promise((done) => {
    link.addEventListener("load", done);
    link.addEventListener("error", done);
  });
  // Before our own sheet, which has the last word.
  document.head.prepend(link);
  return loaded;
}

/**
 * The words of the controls that the page gives; English where it gives none.
 * @param {DOMStringMap} data
 */
function words(data) {
  const given = {
    "NavigationControl.ZoomIn": data.textZoomIn,
    "NavigationControl.ZoomOut": data.textZoomOut,
    "AttributionControl.ToggleAttribution": data.textAttribution,
  };
  return /** @type {Record<string, string>} */ (Object.fromEntries(Object.entries(given).filter(([, text]) => text)));
}

/** @param {HTMLElement} element */
function begin(element) {
  const data = element.dataset;
  const [west, south, east, north] = (data.bounds || "-17,21,-1,36").split(",").map(Number);
  const tiles = new URL(data.tiles || "", location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
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
    locale: words(data),
    style: {
      version: 8,
      sources: { places: { type: "vector", tiles: [`${tiles}${separator}levels=${data.levels}`], minzoom: 0, maxzoom: 12 } },
      layers: [{ id: "ground", type: "background", paint: { "background-color": token("--tw-ground", "#f4f1ea") } }],
    },
    localIdeographFontFamily: '"Noto Sans Arabic", "Noto Sans", sans-serif',
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), document.dir === "rtl" ? "top-left" : "top-right");
  map.addControl(
    new AttributionControl({ compact: true, customAttribution: `<bdi>${plain(data.attribution || "")}</bdi>` }),
    document.dir === "rtl" ? "bottom-left" : "bottom-right",
  );
  // The library places the control's button by physical sides.
  for (const control of element.querySelectorAll(".maplibregl-ctrl-attrib")) control.setAttribute("dir", "ltr");
  // A picture with a name: as a region it would be one more landmark with the words of the section around it.
  map.getCanvas().setAttribute("role", "img");
  map.getCanvas().setAttribute("aria-label", data.label || "");
  return map;
}

/**
 * Text as it must be written for a control that reads HTML.
 * @param {string} text
 */
function plain(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span.innerHTML;
}

/** @param {MapView} map */
function addPlaces(map) {
  const ink = token("--tw-ink", "#1c2b2a");
  const here = ["boolean", ["feature-state", "here"], false];
  const colour = ["match", ["coalesce", ["feature-state", "class"], -1]];
  for (let index = 0; index < CLASSES; index += 1) colour.push(/** @type {any} */ (index), token(`--tw-class-${index}`, "#888"));
  colour.push("rgba(0,0,0,0)");
  map.addImage("missing", hatching());
  map.addLayer({ ...PLACES, id: "hatched", type: "fill", paint: { "fill-pattern": "missing" } });
  map.addLayer({ ...PLACES, id: "coloured", type: "fill", paint: { "fill-color": /** @type {any} */ (colour) } });
  map.addImage("doubtful", dots());
  const doubtful = ["case", ["boolean", ["feature-state", "doubtful"], false], 0.8, 0];
  map.addLayer({
    ...PLACES,
    id: "dotted",
    type: "fill",
    paint: { "fill-pattern": "doubtful", "fill-opacity": /** @type {any} */ (doubtful) },
  });
  map.addLayer({ ...PLACES, id: "borders", type: "line", paint: { "line-color": "#ffffff", "line-width": 0.6 } });
  // Above all borders, so that those of the neighbours do not cover it.
  map.addLayer({
    ...PLACES,
    id: "pointed",
    type: "line",
    paint: { "line-color": ink, "line-width": /** @type {any} */ (["case", here, 3, 0]) },
  });
}

/** @param {MapView} map */
function addHamlets(map) {
  map.addLayer({
    id: "hamlets",
    type: "circle",
    source: "places",
    "source-layer": "hamlets",
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, 0.9, 12, 4],
      "circle-color": token("--tw-ink", "#1c2b2a"),
      "circle-opacity": 0.65,
    },
  });
}

/**
 * @param {MapView} map
 * @param {string} name which of the names a label shows
 */
function addNames(map, name) {
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
    paint: { "text-color": token("--tw-ink", "#1c2b2a"), "text-halo-color": "#ffffff", "text-halo-width": 1.8 },
  });
}

/** @param {HTMLElement} element */
async function draw(element) {
  const data = element.dataset;
  data.drawn = "begun";
  const figures = new Figures();
  // Asked for while the map is made, so that places are not hatched first and coloured afterwards.
  const first = figures.read(data.values);
  await Promise.all([styled(), document.fonts.load(ARABIC, "ا"), document.fonts.load(LATIN, "A")]);
  const map = begin(element);
  await new Promise((done) => map.once("load", done));
  await first;
  addPlaces(map);
  figures.paint(map);
  if (data.hamlets) addHamlets(map);
  if (data.labels) addNames(map, data.language === "ar" ? "name_ar" : "name_fr");
  const pointer = new Pointer(map, element, figures);
  listenToMap(map, element, pointer);
  listenToRows(pointer);
  const again = async () => {
    if (await figures.read(data.values)) figures.paint(map);
  };
  element.addEventListener("tiwizi:values", () => void again());
  new MutationObserver(() => void again()).observe(element, { attributeFilter: ["data-values"] });
  map.once("idle", () => {
    data.drawn = "done";
    performance.mark("tiwizi-map-drawn");
  });
}

for (const element of document.querySelectorAll(".tw-map")) {
  if (element instanceof HTMLElement && !element.dataset.drawn) {
    draw(element).catch((error) => {
      // Where no map can be drawn (no WebGL, say), the table stands alone.
      element.dataset.drawn = "failed";
      console.error(error);
    });
  }
}
