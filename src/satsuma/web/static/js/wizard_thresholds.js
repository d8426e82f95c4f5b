// Thresholds on the histogram: dragged, moved with arrow keys (Shift: ten steps), or typed beside it. What follows –
// colours, sizes, value, moves, of one axis or several – is drawn here from the cells of the preview (wizard_cells.js),
// without asking the server. Where there are too many cells, it follows once the draft is saved.
import { bars, getLive, sums } from "./wizard_cells.js";
import { percent, read, shortMoney, show, whole } from "./wizard_numbers.js";

const LEFT = 34;
const RIGHT = 394;
const TOP = 30;
const BOTTOM = 196;
const WIDTH = 400;
const CONCENTRATED = 1.5;
const PER_UNIT = 10000;
let dragged = null;

export function isDragging() {
  return dragged !== null;
}

const form = () => document.getElementById("wizard");
const figures = () => [...document.querySelectorAll(".wizard-histogram")];
const figureOf = (handle) => handle.closest(".wizard-histogram");
const inputOf = (handle) => form().elements[handle.dataset.edge];

function facts(figure) {
  return {
    axis: Number(figure.dataset.axis),
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

// The whole scores at which the bands of a figure begin, as the form has them; null where they do not ascend.
function scoresOf(figure) {
  const about = facts(figure);
  const scores = edges(figure).map((edge) => scoreOf(edge, about));
  return scores.some((score, place) => place && score < scores[place - 1]) ? null : scores;
}

// Draws everything anew for the edges that the form has now.
export function redraw(figure) {
  const about = facts(figure);
  const values = edges(figure);
  const scores = scoresOf(figure);
  if (!scores) return;
  handles(figure).forEach((handle, place) => drawHandle(handle, values, scores[place], place, about));
  drawRegions(figure, scores, about);
  if (!getLive()) return;
  drawBlocks(figure, scores, about);
  drawTable(values, about);
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

function drawBlocks(figure, scores, about) {
  const { bars: limits } = getLive().axes[about.axis];
  const fills = getLive().bands[about.axis];
  const group = figure.querySelector("[data-blocks]");
  const height = (customers) => BOTTOM - ((BOTTOM - TOP) * customers) / Math.max(about.most, 1);
  const rects = [];
  bars(about.axis, scores).forEach((counts, bar) => {
    const begin = x(limits[bar][0], about);
    const end = x(limits[bar][1] + 1, about);
    let below = 0;
    counts.forEach((customers, band) => {
      if (!customers) return;
      const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const top = height(below + customers);
      const drawn = { x: begin, y: top, width: Math.max(end - begin - 1, 0.5), height: height(below) - top };
      for (const [name, value] of Object.entries(drawn)) rect.setAttribute(name, value);
      rect.setAttribute("fill", fills[band]);
      rects.push(rect);
      below += customers;
    });
  });
  group.replaceChildren(...rects);
}

// The edges of every axis: those that no figure shows are as the server has them.
function edgesOfAll() {
  const found = getLive().axes.map((axis) => axis.edges);
  for (const figure of figures()) found[facts(figure).axis] = scoresOf(figure);
  return found.includes(null) ? null : found;
}

function drawTable(values, about) {
  const all = edgesOfAll();
  if (!all) return;
  const found = sums(all);
  const limits = [about.isPercent ? 0 : about.lowest, ...values, about.isPercent ? 100 : about.highest];
  for (const row of document.querySelectorAll("#preview-numbers [data-segment]")) {
    const segment = Number(row.dataset.segment);
    const score = row.querySelector("[data-score]"); // with a single axis
    if (score) score.textContent = `${show(limits[segment])}–${show(limits[segment + 1])}`;
    row.querySelector("[data-customers]").textContent = whole.format(found.customers[segment]);
    row.querySelector("[data-share]").textContent = percent(found.customers[segment] / Math.max(found.all, 1));
    const value = row.querySelector("[data-value]");
    if (value) value.textContent = shortMoney(found.values[segment] / PER_UNIT, getLive().currency);
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
  const { bar: whole, gap, fills } = getLive();
  const all = amounts.reduce((sum, amount) => sum + Math.max(amount, 0), 0);
  if (!bar || !all) return;
  let at = 0;
  const rects = [];
  for (let segment = amounts.length - 1; segment >= 0; segment -= 1) {
    const width = (whole * Math.max(amounts[segment], 0)) / all;
    if (!width) continue;
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const drawn = { x: at, width: Math.max(width - gap, 0.5), height: 12, rx: 2, fill: fills[segment] };
    for (const [attribute, value] of Object.entries(drawn)) rect.setAttribute(attribute, value);
    rects.push(rect);
    at += width;
  }
  bar.replaceChildren(...rects);
}

// About the segment that brings most, one that brings clearly more than its size if there is one; of those alone that
// bring more than their size.
function drawSentence({ customers, values, all, worth }) {
  const sentence = document.querySelector("[data-sentence]");
  if (!sentence || !worth || !all) return;
  const places = customers.map((_, place) => place);
  const more = places.filter((place) => customers[place] && values[place] / worth > customers[place] / all);
  const dense = more.filter((place) => values[place] / worth >= (CONCENTRATED * customers[place]) / all);
  sentence.parentElement.hidden = !more.length;
  if (!more.length) return;
  const best = (dense.length ? dense : more).reduce((a, b) => (values[b] > values[a] ? b : a));
  sentence.querySelector("[data-best]").textContent = getLive().names[best];
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
