// Flows from one side to the other (Sankey). See charts_kinds.js.
import { colour } from "./charts_ink.js";
import { common, widest } from "./charts_parts.js";

const ROW = 44;

/** Bands as wide as their value; every band and every end can lead to its list. */
export function flows({ nodes, flows: bands }, ink, width) {
  const tallest = Math.max(...[0, 1].map((side) => nodes.filter((node) => node.side === side).length));
  const room = Math.min(widest(nodes.map((node) => node.label), ink), Math.floor(width * 0.26)) + 20;
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const bandStops = bands.map((band, index) => ({
    lines: [`${byKey.get(band.source).label} → ${byKey.get(band.target).label}`, band.text],
    url: band.url,
    target: { seriesIndex: 0, dataType: "edge", dataIndex: index },
  }));
  const option = {
    ...common(ink),
    series: [
      {
        type: "sankey",
        left: room,
        right: room,
        top: 6,
        bottom: 6,
        nodeWidth: 14,
        nodeGap: 10,
        draggable: false,
        layoutIterations: 0,
        cursor: "pointer",
        emphasis: { focus: "adjacency" },
        label: { color: ink.text, fontSize: ink.size, width: room - 14, overflow: "truncate" },
        lineStyle: { color: "source", opacity: ink.isDark ? 0.45 : 0.35 },
        data: nodes.map((node) => ({
          name: node.key,
          depth: node.side,
          stop: { lines: [node.label, node.text], url: node.url },
          itemStyle: { color: colour(node, ink), borderWidth: 0 },
          label: { position: node.side ? "right" : "left", formatter: () => node.label },
        })),
        links: bands.map((band, index) => ({ source: band.source, target: band.target, value: band.value, stop: bandStops[index] })),
      },
    ],
  };
  return { option, stops: bandStops, height: Math.max(160, tallest * ROW) };
}
