// Saves a chart as a picture, or its data as a file. Used by charts.js. A picture is drawn anew on white, with its title
// and the names of its colours, so that it can stand alone.
import { init } from "../vendor/echarts.min.js";
import { colour, paperInk } from "./charts_ink.js";
import * as kinds from "./charts_kinds.js";

const WIDTH = 900;
const EDGE = 24;
const LINE = 24;

/** `kind` is png, svg or csv. */
export async function saveAs(kind, figure, data) {
  const name = `${figure.id}.${kind}`;
  if (kind === "csv") return save(new Blob(["\ufeff", data.csv], { type: "text/csv;charset=utf-8" }), name);
  const picture = drawing(figure, data);
  const svg = new Blob([picture.text], { type: "image/svg+xml" });
  return save(kind === "svg" ? svg : await painted(svg, picture), name);
}

function drawing(figure, data) {
  const ink = paperInk(figure);
  const { option, height } = kinds[figure.dataset.chart](data, ink, WIDTH - 2 * EDGE);
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH - 2 * EDGE, height });
  chart.setOption(option);
  const inner = chart.renderToSVGString();
  chart.dispose();
  const names = named(data.legend, ink);
  const above = EDGE + LINE * (1 + names.lines);
  const whole = above + height + EDGE;
  const font = `font-family="${escaped(ink.font)}" fill="${ink.text}"`;
  const text =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${whole}" viewBox="0 0 ${WIDTH} ${whole}">` +
    `<rect width="100%" height="100%" fill="${ink.ground}"/>` +
    `<text x="${EDGE}" y="${EDGE + 8}" font-size="18" font-weight="600" ${font}>${escaped(data.title)}</text>` +
    `<g font-size="13" ${font}>${names.text}</g><g transform="translate(${EDGE} ${above})">${inner}</g></svg>`;
  return { text, width: WIDTH, height: whole };
}

function named(legend, ink) {
  let [x, line] = [EDGE, 0];
  const parts = (legend ?? []).map((part) => {
    const wide = 30 + 8 * part.label.length;
    if (line === 0 || x + wide > WIDTH - EDGE) [x, line] = [EDGE, line + 1];
    const y = EDGE + 8 + LINE * line;
    const dot = `<circle cx="${x + 5}" cy="${y - 4}" r="5" fill="${escaped(colour(part, ink))}"/>`;
    const at = x + 16;
    x += wide;
    return `${dot}<text x="${at}" y="${y}">${escaped(part.label)}</text>`;
  });
  return { text: parts.join(""), lines: line };
}

function escaped(text) {
  // Control characters have no place in XML, however they are written.
  const clean = [...String(text)].filter((sign) => sign >= " ").join("");
  return clean.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

async function painted(svg, { width, height }) {
  const image = new Image();
  const address = URL.createObjectURL(svg);
  try {
    image.src = address;
    await image.decode();
  } finally {
    URL.revokeObjectURL(address);
  }
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
