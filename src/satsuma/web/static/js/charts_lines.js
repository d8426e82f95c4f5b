// Sizes over time, and the Pareto curve. See charts_kinds.js.
import { colour } from "./charts_ink.js";
import { amounts, common, cursor } from "./charts_parts.js";

const HEIGHT = 260;
const POINTER = { show: true, type: "line", snap: true, label: { show: false }, triggerTooltip: false };

/** Areas on top of each other, the first lowest; or lines. */
export function areas({ days, lines, stacked }, ink, width) {
  const stops = days.map((day, index) => ({
    index,
    lines: [day.label, ...lines.map((line) => `${line.label}: ${line.points[index].text}`).reverse()],
    url: lines.length === 1 ? lines[0].points[index].url : "",
    target: { seriesIndex: lines.length - 1, dataIndex: index },
  }));
  const option = {
    ...common(ink),
    grid: { left: 48, right: 16, top: 10, bottom: 28 },
    xAxis: {
      type: "category",
      boundaryGap: false,
      data: days.map((day) => day.short),
      axisLabel: { color: ink.muted, fontSize: ink.size - 1, hideOverlap: true },
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      axisPointer: { ...POINTER, lineStyle: { color: ink.muted } },
    },
    yAxis: amounts(ink, { minInterval: 1, splitNumber: 4 }),
    series: lines.map((line) => ({
      type: "line",
      stack: stacked ? "all" : undefined,
      symbol: "circle",
      symbolSize: 6,
      showSymbol: days.length === 1,
      triggerLineEvent: true,
      cursor: cursor(line.points),
      lineStyle: { width: stacked ? 1 : 2.5, color: colour(line, ink) },
      itemStyle: { color: colour(line, ink) },
      areaStyle: stacked ? { color: colour(line, ink), opacity: 0.8 } : undefined,
      emphasis: { focus: "none", areaStyle: { opacity: 0.95 } },
      data: line.points.map((point) => ({ value: point.value, url: point.url })),
    })),
  };
  return { option, stops, height: width < 500 ? 220 : HEIGHT };
}

/** How much of all value how few bring; the top part marked. */
export function curve({ points, mark, ticks, across, up }, ink, width) {
  const stops = points.slice(1).map(([x, y, text]) => ({ index: x, lines: [text] }));
  const axis = {
    min: 0,
    max: 1,
    interval: 0.2,
    nameLocation: "middle",
    nameTextStyle: { color: ink.muted, fontSize: ink.size - 1 },
    axisLabel: { color: ink.muted, fontSize: ink.size - 1, formatter: (share) => ticks[Math.round(share * 5)] },
  };
  const option = {
    ...common(ink),
    grid: { left: 66, right: 20, top: 22, bottom: 46 },
    xAxis: { ...amounts(ink, axis), name: across, nameGap: 28, axisPointer: { ...POINTER, lineStyle: { color: ink.muted } } },
    yAxis: { ...amounts(ink, axis), name: up, nameGap: 48 },
    series: [
      {
        type: "line",
        showSymbol: false,
        lineStyle: { width: 2.5, color: ink.own },
        itemStyle: { color: ink.own },
        areaStyle: { color: ink.own, opacity: 0.12 },
        data: points.map(([x, y]) => [x, y]),
        markPoint: {
          silent: true,
          symbol: "circle",
          symbolSize: 10,
          label: { show: true, position: [12, 10], color: ink.text, fontWeight: 600, formatter: mark[2] },
          data: [{ coord: [mark[0], mark[1]] }],
        },
      },
      { type: "line", silent: true, showSymbol: false, lineStyle: { width: 1, type: "dashed", color: ink.muted }, data: [[0, 0], [1, 1]] },
    ],
  };
  return { option, stops, height: width < 500 ? 250 : 300 };
}
