// What several kinds of charts have in common. Used by the modules of charts_kinds.js.

/** The height of a row with a name. */
export const ROW = 34;
const MOST_OF_WIDTH = 0.38;

/** The option that every kind begins with. */
export function common(ink) {
  return { animation: false, textStyle: { fontFamily: ink.font, fontSize: ink.size, color: ink.text } };
}

let pen = null;

/** How wide the widest of these texts is, in pixels. */
export function widest(texts, ink) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = `${ink.size}px ${ink.font}`;
  return Math.ceil(Math.max(0, ...texts.map((text) => pen.measureText(text).width)));
}

/** An axis of names, the first on top. Long names are cut. */
export function names(labels, ink, room) {
  return {
    type: "category",
    inverse: true,
    data: labels,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: ink.text, fontSize: ink.size, width: room, overflow: "truncate", interval: 0, align: "left", margin: room },
  };
}

/** An axis of amounts with lines across; short numbers in the reader's language, of money with its sign. */
export function amounts(ink, { currency = "", ...more } = {}) {
  const money = currency ? { style: "currency", currency, currencyDisplay: "narrowSymbol" } : {};
  const format = new Intl.NumberFormat(ink.language, { notation: "compact", maximumFractionDigits: 1, ...money });
  return {
    type: "value",
    axisLabel: { color: ink.muted, fontSize: ink.size - 1, hideOverlap: true, formatter: (value) => format.format(value) },
    splitLine: { lineStyle: { color: ink.line } },
    axisLine: { show: false },
    axisTick: { show: false },
    ...more,
  };
}

/** How a thing looks while it is pointed at. */
export const POINTED = { emphasis: { focus: "none", itemStyle: { opacity: 0.75 } } };

/** The hand over things that lead somewhere. */
export function cursor(things) {
  return things.some((thing) => thing.url) ? "pointer" : "default";
}

/** How much of the width names get. */
export function nameRoom(labels, ink, width) {
  return Math.min(widest(labels, ink), Math.floor(width * MOST_OF_WIDTH)) + 12;
}

/** A thing that the mouse or the keyboard can be on. */
export function stopOf(thing, lines, seriesIndex, dataIndex) {
  return { lines, url: thing.url, target: { seriesIndex, dataIndex } };
}
