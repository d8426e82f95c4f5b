// Bars: plain, cut into shares, stacked. See charts_kinds.js.
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
