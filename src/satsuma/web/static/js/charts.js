// Draws the charts of components/chart.html: <figure data-chart="bars" data-source="ID of the JSON beside it">. They follow
// the theme, the width and fragments that arrive later. The picture takes the keyboard: arrows go from one thing to the
// next, Enter opens the list behind it.
import { init } from "../vendor/echarts.min.js";
import { saveAs } from "./charts_files.js";
import { inkOf } from "./charts_ink.js";
import * as kinds from "./charts_kinds.js";
import { hideTip, showTip } from "./charts_tips.js";

const drawn = new Map();

function data(figure) {
  return JSON.parse(document.getElementById(figure.dataset.source).textContent);
}

function paint(entry) {
  const { figure, picture, chart } = entry;
  const shown = kinds[figure.dataset.chart](entry.data, inkOf(picture), picture.clientWidth);
  entry.stops = shown.stops;
  picture.style.height = `${shown.height}px`;
  chart.resize({ width: picture.clientWidth, height: shown.height });
  chart.setOption(shown.option, { notMerge: true });
}

function draw(figure) {
  const picture = figure.querySelector(".chart-picture");
  if (!picture.clientWidth) return; // in a closed fold: drawn as soon as it has a width
  const chart = init(picture, null, { renderer: "svg", width: picture.clientWidth, height: 100 });
  const entry = { figure, picture, chart, data: data(figure), stops: [], at: -1 };
  drawn.set(figure, entry);
  paint(entry);
  follow(entry);
}

function follow(entry) {
  const { figure, picture, chart } = entry;
  const files = figure.querySelector(".chart-files");
  if (files) files.hidden = false;
  chart.on("mouseover", (event) => event.data?.stop && showTip(figure, event.data.stop, event.event));
  chart.on("mousemove", (event) => event.data?.stop && showTip(figure, event.data.stop, event.event));
  chart.on("mouseout", () => hideTip(figure));
  chart.on("click", (event) => {
    const url = event.data?.stop?.url ?? urlOver(entry, event);
    if (url) open(url, event.event.event);
  });
  chart.on("updateAxisPointer", (event) => near(entry, event));
  chart.getZr().on("mousemove", (event) => {
    entry.mouse = event;
    tellNear(entry);
  });
  chart.getZr().on("globalout", () => {
    entry.near = entry.mouse = undefined;
    hideTip(figure);
  });
  picture.addEventListener("keydown", (event) => onKey(entry, event));
  picture.addEventListener("blur", () => leave(entry));
}

// Over lines, the thing that is meant is the nearest one to the left or right.
function near(entry, event) {
  const value = event.axesInfo?.[0]?.value;
  entry.near = value === undefined ? undefined : entry.stops.findIndex((stop) => stop.index === value);
  tellNear(entry);
}

function tellNear(entry) {
  const stop = entry.stops[entry.near];
  if (stop && entry.mouse) showTip(entry.figure, stop, entry.mouse);
}

function urlOver(entry, event) {
  const line = entry.data.lines?.[event.seriesIndex];
  const stop = entry.stops[entry.near];
  return line && stop ? line.points[stop.index].url : stop?.url;
}

function open(url, event) {
  if (event?.ctrlKey || event?.metaKey) window.open(url, "_blank", "noopener");
  else window.location.assign(url);
}

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

function onKey(entry, event) {
  const stop = entry.stops[entry.at];
  if (event.key in STEPS) {
    event.preventDefault();
    go(entry, entry.at + STEPS[event.key]);
  } else if (event.key === "Enter" && stop?.url) {
    open(stop.url, event);
  } else if (event.key === "Escape") {
    leave(entry);
  }
}

function go(entry, to) {
  unmark(entry);
  entry.at = Math.min(Math.max(to, 0), entry.stops.length - 1);
  const stop = entry.stops[entry.at];
  if (!stop) return;
  if (stop.target) entry.chart.dispatchAction({ type: "highlight", ...stop.target });
  showTip(entry.figure, stop, null);
}

function unmark(entry) {
  const target = entry.stops[entry.at]?.target;
  if (target) entry.chart.dispatchAction({ type: "downplay", ...target });
}

function leave(entry) {
  unmark(entry);
  entry.at = -1;
  hideTip(entry.figure);
}

// Draws every chart that is not drawn yet, and forgets those that are gone.
function drawCharts() {
  for (const [figure, entry] of drawn) {
    if (figure.isConnected) continue;
    entry.chart.dispose();
    drawn.delete(figure);
  }
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    if (drawn.has(figure)) continue;
    widths.observe(figure.querySelector(".chart-picture"));
    draw(figure);
  }
}

const widths = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const figure = target.closest("figure");
    const entry = drawn.get(figure);
    if (!entry) draw(figure);
    else if (target.clientWidth && target.clientWidth !== entry.chart.getWidth()) paint(entry);
  }
});

new MutationObserver(() => drawn.forEach(paint)).observe(document.documentElement, {
  attributes: true,
  attributeFilter: ["data-bs-theme"],
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart-file]");
  const figure = button?.closest("figure");
  if (figure) saveAs(button.dataset.chartFile, figure, (drawn.get(figure) ?? { data: data(figure) }).data);
});
document.addEventListener("htmx:afterSettle", () => drawCharts());
drawCharts();
