// Bars: plain, cut into shares, stacked, as a waterfall. See charts_kinds.js.
import { colour } from "./charts_ink.js";
import { amounts, common, cursor, nameRoom, names, POINTED, ROW, stopOf, widest } from "./charts_parts.js";

/** A bar for each thing, its value beside it. */
export function bars({ bars: things }, ink, width) {
  const room = nameRoom(things.map((thing) => thing.label), ink, width);
  const stops = things.map((thing, index) => stopOf(thing, [thing.label, thing.text, thing.note], 0, index));
  const beside = widest(things.map((thing) => thing.text), ink) + 10;
  const option = {
    ...common(ink),
    grid: { left: room, right: beside, top: 0, bottom: 0 },
    xAxis: { type: "value", show: false, min: (range) => Math.min(0, range.min) },
    yAxis: names(things.map((thing) => thing.label), ink, room),
    series: [
      {
        type: "bar",
        barMaxWidth: 22,
        cursor: cursor(things),
        ...POINTED,
        label: { show: true, position: "right", color: ink.text, formatter: ({ data }) => data.stop.lines[1] },
        data: things.map((thing, index) => ({
          value: thing.value,
          stop: stops[index],
          itemStyle: { color: colour(thing, ink), borderRadius: 3 },
        })),
      },
    ],
  };
  return { option, stops, height: Math.max(things.length, 2) * ROW };
}

/** Bars of equal length, cut into parts. */
export function shares(data, ink, width) {
  const wholes = data.stacks.map(({ parts }) => parts.reduce((sum, part) => sum + Math.max(part.value, 0), 0) || 1);
  return stacked(data, ink, width, {
    size: (part, row) => Math.max(part.value, 0) / wholes[row],
    axis: { type: "value", show: false, min: 0, max: 1 },
    inside: (part, row) => (part.note && part.value / wholes[row] >= 0.08 ? part.note : ""),
  });
}

/** Bars of parts that add up. */
export function stacks(data, ink, width) {
  return stacked(data, ink, width, { size: (part) => part.value, axis: amounts(ink), inside: () => "" });
}

function stacked({ stacks: rows }, ink, width, { size, axis, inside }) {
  const room = nameRoom(rows.map((row) => row.label), ink, width);
  const stops = [];
  const series = (rows[0]?.parts ?? []).map((_, place) => ({
    type: "bar",
    stack: "all",
    barMaxWidth: 26,
    cursor: cursor(rows.map((row) => row.parts[place])),
    ...POINTED,
    label: { show: true, color: ink.isDark ? "#10151d" : "#ffffff", fontWeight: 600, formatter: ({ data }) => data.inside },
    data: rows.map(({ label, parts }, row) => {
      const part = parts[place];
      const stop = stopOf(part, [`${label} · ${part.label}`, part.text, part.note], place, row);
      stops.push({ ...stop, order: row * parts.length + place });
      const itemStyle = { color: colour(part, ink), borderColor: ink.ground, borderWidth: 1 };
      return { value: size(part, row), stop, inside: inside(part, row), itemStyle };
    }),
  }));
  const below = axis.show === false ? 0 : 24;
  const option = {
    ...common(ink),
    grid: { left: room, right: 12, top: 0, bottom: below },
    xAxis: axis,
    yAxis: names(rows.map((row) => row.label), ink, room),
    series,
  };
  stops.sort((one, other) => one.order - other.order);
  return { option, stops, height: rows.length * ROW + below };
}

const UP = { light: "#2a9d4a", dark: "#51cf66" };
const DOWN = { light: "#d6336c", dark: "#ff8fab" };
const TOTAL = { light: "#5b6472", dark: "#a7b0bd" };

/** Steps that begin where the one before ended. */
export function waterfall({ steps }, ink, width) {
  const room = nameRoom(steps.map((step) => step.label), ink, width);
  const stops = steps.map((step, index) => stopOf(step, [step.label, step.text, step.note], 1, index));
  const spans = spansOf(steps);
  const ends = spans.flat();
  const [lowest, highest] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const beside = widest(steps.map((step) => step.text), ink) + 10;
  const option = {
    ...common(ink),
    grid: { left: room, right: beside, top: 0, bottom: 0 },
    // From the lowest end on: bars that are stacked on an invisible one cannot cross zero.
    xAxis: { type: "value", show: false, min: 0, max: highest - lowest || 1 },
    yAxis: names(steps.map((step) => step.label), ink, room),
    series: [
      { type: "bar", stack: "all", silent: true, itemStyle: { color: "transparent" }, data: spans.map(([from]) => from - lowest) },
      {
        type: "bar",
        stack: "all",
        barMaxWidth: 20,
        barMinHeight: 2,
        cursor: cursor(steps),
        ...POINTED,
        label: { show: true, position: "right", color: ink.text, formatter: ({ data }) => data.stop.lines[1] },
        data: steps.map((step, index) => ({
          value: spans[index][1] - spans[index][0],
          stop: stops[index],
          itemStyle: { color: stepColour(step, ink), borderRadius: 2 },
        })),
        markLine: zeroLine(lowest, ink),
      },
    ],
  };
  return { option, stops, height: steps.length * (ROW - 4) };
}

function stepColour(step, ink) {
  const own = step.light ? step : null;
  return colour(own ?? (step.total ? TOTAL : step.value < 0 ? DOWN : UP), ink);
}

function spansOf(steps) {
  let reached = 0;
  return steps.map(({ value, total }) => {
    const from = total ? 0 : reached;
    reached = from + value;
    return [Math.min(from, reached), Math.max(from, reached)];
  });
}

function zeroLine(lowest, ink) {
  if (lowest === 0) return undefined;
  const lineStyle = { color: ink.muted, type: "solid", width: 1 };
  return { silent: true, symbol: "none", label: { show: false }, lineStyle, data: [{ xAxis: -lowest }] };
}
