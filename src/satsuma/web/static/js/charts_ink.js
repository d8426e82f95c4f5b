// The colours that charts are drawn with, out of the page's own. Used by charts.js and charts_files.js.
const DARK = { isDark: true, text: "#e8eaed", muted: "#a7b0bd", line: "#3a3f47", ground: "#1a2230", own: "#ff9d5c" };
const LIGHT = { isDark: false, text: "#1f2937", muted: "#5b6472", line: "#e3e6ea", ground: "#ffffff", own: "#c64309" };

/** Of the page as it is now. */
export function inkOf(element) {
  const isDark = document.documentElement.dataset.bsTheme === "dark";
  const style = getComputedStyle(element);
  return { ...(isDark ? DARK : LIGHT), font: style.fontFamily, size: 13, language: document.documentElement.lang };
}

/** For pictures that are saved: on white, whatever the page looks like. */
export function paperInk(element) {
  // ECharts writes the font between double quotes.
  const font = getComputedStyle(element).fontFamily.replaceAll('"', "'");
  return { ...LIGHT, font, size: 13, language: document.documentElement.lang };
}

/** The colour of a thing that the server gave one for both grounds; else the chart's own. */
export function colour(thing, ink) {
  return (ink.isDark ? thing.dark : thing.light) ?? ink.own;
}
