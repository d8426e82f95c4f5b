// Every kind of chart by its name. Each function takes the chart's data, the colours and the width to draw on, and gives
// `option` for ECharts, the `height`, and `stops`: the things that the mouse or the keyboard can be on, with their `lines`
// of text, their `url`, and the `target` to be marked.
export { bars, shares, stacks } from "./charts_bars.js";
export { boxes } from "./charts_boxes.js";
export { flows } from "./charts_flows.js";
export { areas, curve } from "./charts_lines.js";
