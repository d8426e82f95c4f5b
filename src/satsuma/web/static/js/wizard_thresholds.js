// Thresholds on the histogram: dragged, moved with arrow keys (Shift: ten steps), or typed beside it. What follows –
// colours, sizes, value, moves – is worked out here from the cells of the preview, without asking the server.
import { percent, read, shortMoney, show, whole } from "./wizard_numbers.js";

const LEFT = 34;
const RIGHT = 394;
const TOP = 30;
const BOTTOM = 196;
const WIDTH = 400;
const CONCENTRATED = 1.5;
let live = null;
let dragged = null;

export function isDragging() {
  return dragged !== null;
}

export function setLive(value) {
  live = value;
}

const form = () => document.getElementById("wizard");
const figureOf = (handle) => handle.closest(".wizard-histogram");
const inputOf = (handle) => form().elements[handle.dataset.edge];

function facts(figure) {
  return {
    lowest: Number(figure.dataset.lowest),
    highest: Number(figure.dataset.highest),
    most: Number(figure.dataset.most),
    isPercent: figure.dataset.percent === "true",
  };
}

// The whole score at which an edge stands: in whole numbers, as the server has it.
function scoreOf(edge, { lowest, highest, isPercent }) {
  if (!isPercent) return Math.ceil(edge);
  if (highest === lowest) return lowest + (edge > 0 ? 1 : 0);
  return lowest + Math.ceil((Math.round(edge * 100) * (highest - lowest)) / 10000);
}

function x(score, { lowest, highest }) {
  const part = Math.min(Math.max((score - lowest) / (highest - lowest + 1), 0), 1);
  return LEFT + (RIGHT - LEFT) * part;
}

function handles(figure) {
  return [...figure.querySelectorAll("[data-threshold]")];
}

function edges(figure) {
  return handles(figure).map((handle) => read(inputOf(handle).value) ?? Number(handle.getAttribute("aria-valuenow")));
}

function moveTo(handle, wanted) {
  const figure = figureOf(handle);
  const all = handles(figure);
  const values = edges(figure);
  const place = all.indexOf(handle);
  const { lowest, highest, isPercent } = facts(figure);
  const least = place ? values[place - 1] + 1 : isPercent ? 0 : lowest;
  const most = place < all.length - 1 ? values[place + 1] - 1 : isPercent ? 100 : highest;
  const value = Math.round(Math.min(Math.max(wanted, least), Math.max(most, least)));
  const input = inputOf(handle);
  if (read(input.value) === value) return;
  input.value = show(value);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

// Draws everything anew for the edges that the form has now.
export function redraw(figure) {
  const about = facts(figure);
  const values = edges(figure);
  const scores = values.map((edge) => scoreOf(edge, about));
  if (scores.some((score, place) => place && score < scores[place - 1])) return;
  handles(figure).forEach((handle, place) => drawHandle(handle, values, scores[place], place, about));
  drawRegions(figure, scores, about);
  if (live && document.querySelectorAll(".wizard-histogram").length === 1) {
    drawBlocks(figure, scores, about);
    drawTable(values, scores, about);
  }
}

function drawHandle(handle, values, score, place, about) {
  const text = show(values[place]);
  const half = 4 + 3.2 * text.length;
  handle.setAttribute("transform", `translate(${x(score, about)} 0)`);
  handle.setAttribute("aria-valuenow", values[place]);
  handle.setAttribute("aria-valuetext", about.isPercent ? `${text} %` : text);
  handle.setAttribute("aria-valuemin", place ? values[place - 1] + 1 : about.isPercent ? 0 : about.lowest);
  handle.setAttribute(
    "aria-valuemax",
    place < values.length - 1 ? values[place + 1] - 1 : about.isPercent ? 100 : about.highest,
  );
  handle.querySelector("text").textContent = text;
  const head = handle.querySelector(".wizard-threshold-head");
  head.setAttribute("x", -half);
  head.setAttribute("width", 2 * half);
}

function drawRegions(figure, scores, about) {
  const begins = [LEFT, ...scores.map((score) => x(score, about))];
  figure.querySelectorAll("[data-regions] rect").forEach((region, place) => {
    region.setAttribute("x", begins[place]);
    region.setAttribute("width", Math.max((begins[place + 1] ?? RIGHT) - begins[place], 0));
  });
}

function bandOf(score, scores) {
  let band = 0;
  while (band < scores.length && scores[band] <= score) band += 1;
  return band;
}

function drawBlocks(figure, scores, about) {
  const parts = live.bars.map(() => new Array(live.names.length).fill(0));
  const width = live.bars.length ? live.bars[0][1] - live.bars[0][0] + 1 : 1;
  live.scores.forEach((score, cell) => {
    const bar = Math.min(Math.max(Math.floor((score - live.lowest) / width), 0), parts.length - 1);
    parts[bar][bandOf(score, scores)] += live.customers[cell];
  });
  const group = figure.querySelector("[data-blocks]");
  const height = (customers) => BOTTOM - ((BOTTOM - TOP) * customers) / Math.max(about.most, 1);
  const rects = [];
  parts.forEach((counts, bar) => {
    const begin = x(live.bars[bar][0], about);
    const end = x(live.bars[bar][1] + 1, about);
    let below = 0;
    counts.forEach((customers, segment) => {
      if (!customers) return;
      const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const top = height(below + customers);
      const drawn = { x: begin, y: top, width: Math.max(end - begin - 1, 0.5), height: height(below) - top };
      for (const [name, value] of Object.entries(drawn)) rect.setAttribute(name, value);
      rect.setAttribute("fill", live.fills[segment]);
      rects.push(rect);
      below += customers;
    });
  });
  group.replaceChildren(...rects);
}

function sums(scores) {
  const found = { customers: new Array(live.places).fill(0), values: new Array(live.places).fill(0) };
  const moving = { up: 0, down: 0, changed: 0, new: 0, stay: 0 };
  let all = 0;
  let worth = 0;
  live.scores.forEach((score, cell) => {
    const [before, keeps] = live.standing[live.standings[cell]];
    const after = keeps ?? bandOf(score, scores);
    const customers = live.customers[cell];
    const value = live.values[cell] ?? 0;
    all += customers;
    worth += value;
    if (after < live.places) {
      found.customers[after] += customers;
      found.values[after] += value;
    }
    moving[wayOf(before, after)] += customers;
  });
  return { ...found, moving, all, worth };
}

function wayOf(before, after) {
  if (before === null) return "new";
  if (before === after) return "stay";
  if (before >= live.places || after >= live.places) return "changed";
  return after > before ? "up" : "down";
}

function drawTable(values, scores, about) {
  const found = sums(scores);
  const limits = [about.isPercent ? 0 : about.lowest, ...values, about.isPercent ? 100 : about.highest];
  for (const row of document.querySelectorAll("#preview-numbers [data-segment]")) {
    const segment = Number(row.dataset.segment);
    row.querySelector("[data-score]").textContent = `${show(limits[segment])}–${show(limits[segment + 1])}`;
    row.querySelector("[data-customers]").textContent = whole.format(found.customers[segment]);
    row.querySelector("[data-share]").textContent = percent(found.customers[segment] / Math.max(found.all, 1));
    const value = row.querySelector("[data-value]");
    if (value) value.textContent = shortMoney(found.values[segment], live.currency);
  }
  for (const place of document.querySelectorAll("[data-moving]")) {
    place.textContent = whole.format(found.moving[place.dataset.moving]);
  }
  drawBar("customers", found.customers);
  drawBar("values", found.values);
  drawSentence(found);
}

function drawBar(name, amounts) {
  const bar = document.querySelector(`[data-bar="${name}"]`);
  const all = amounts.reduce((sum, amount) => sum + Math.max(amount, 0), 0);
  if (!bar || !all) return;
  let at = 0;
  const rects = [];
  for (let segment = amounts.length - 1; segment >= 0; segment -= 1) {
    const width = (live.bar * Math.max(amounts[segment], 0)) / all;
    if (!width) continue;
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const drawn = { x: at, width: Math.max(width - live.gap, 0.5), height: 12, rx: 2, fill: live.fills[segment] };
    for (const [attribute, value] of Object.entries(drawn)) rect.setAttribute(attribute, value);
    rects.push(rect);
    at += width;
  }
  bar.replaceChildren(...rects);
}

function drawSentence({ customers, values, all, worth }) {
  const sentence = document.querySelector("[data-sentence]");
  if (!sentence || !worth || !all) return;
  const places = customers.map((_, place) => place).filter((place) => customers[place]);
  const dense = places.filter((place) => values[place] / worth >= (CONCENTRATED * customers[place]) / all);
  const best = (dense.length ? dense : places).reduce((a, b) => (values[b] > values[a] ? b : a));
  sentence.querySelector("[data-best]").textContent = live.names[best];
  sentence.querySelector("[data-best-share]").textContent = percent(customers[best] / all);
  sentence.querySelector("[data-best-value]").textContent = percent(values[best] / worth);
}

// An edge was typed, dragged or moved: the pictures that show it follow.
document.addEventListener("input", ({ target }) => {
  if (!target.name?.startsWith("b.") || !target.name.endsWith(".from")) return;
  const handle = document.querySelector(`[data-edge="${CSS.escape(target.name)}"]`);
  if (handle && read(target.value) !== null) redraw(figureOf(handle));
});

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest?.("[data-threshold]");
  if (!handle || event.button) return;
  event.preventDefault();
  handle.focus();
  dragged = handle;
  handle.classList.add("is-dragged");
  handle.setPointerCapture(event.pointerId);
});

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const figure = figureOf(dragged);
  const box = figure.querySelector("svg").getBoundingClientRect();
  const at = ((event.clientX - box.left) / box.width) * WIDTH;
  const about = facts(figure);
  const score = about.lowest + ((at - LEFT) / (RIGHT - LEFT)) * (about.highest - about.lowest + 1);
  const span = Math.max(about.highest - about.lowest, 1);
  moveTo(dragged, about.isPercent ? (100 * (score - about.lowest)) / span : score);
});

function drop() {
  if (!dragged) return;
  dragged.classList.remove("is-dragged");
  dragged = null;
  document.dispatchEvent(new Event("wizard-dropped"));
}

document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", drop);

const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

document.addEventListener("keydown", (event) => {
  const handle = event.target.closest?.("[data-threshold]");
  const ends = { Home: "aria-valuemin", End: "aria-valuemax" };
  if (!handle || !(event.key in STEPS || event.key in ends)) return;
  event.preventDefault();
  const now = Number(handle.getAttribute("aria-valuenow"));
  if (event.key in ends) moveTo(handle, Number(handle.getAttribute(ends[event.key])));
  else moveTo(handle, now + STEPS[event.key] * (event.shiftKey ? 10 : 1));
});
