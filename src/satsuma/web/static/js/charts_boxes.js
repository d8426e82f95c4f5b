// Boxes: how values spread. See charts_kinds.js.
import { colour } from "./charts_ink.js";
import { amounts, common, cursor, nameRoom, names, ROW, stopOf } from "./charts_parts.js";

/** From quartile to quartile, with whiskers to the ends. */
export function boxes({ boxes: things, names: called, currency, stretched }, ink, width) {
  const room = nameRoom(things.map((thing) => thing.label), ink, width);
  const stops = things.map((thing, index) =>
    stopOf(thing, [thing.label, ...thing.texts.map((text, place) => `${called[place]}: ${text}`)], 0, index),
  );
  const plain = amounts(ink, { currency, splitNumber: width < 500 ? 3 : 6 });
  const at = stretched ? byPowers(things) : (value) => value;
  const option = {
    ...common(ink),
    grid: { left: room, right: 30, top: 4, bottom: 26 },
    xAxis: stretched ? powers(plain, things, at) : plain,
    yAxis: names(things.map((thing) => thing.label), ink, room),
    series: [
      {
        type: "boxplot",
        boxWidth: [10, 22],
        cursor: cursor(things),
        emphasis: { itemStyle: { borderWidth: 3 } },
        data: things.map((thing, index) => ({
          value: thing.five.map(at),
          stop: stops[index],
          itemStyle: { color: `${colour(thing, ink)}55`, borderColor: colour(thing, ink), borderWidth: 2 },
        })),
      },
    ],
  };
  return { option, stops, height: Math.max(things.length, 2) * (ROW + 8) + 30 };
}

// By powers of ten away from zero, and evenly around it: up to a tenth of the smallest median there is.
function byPowers(things) {
  const medians = things.map((thing) => Math.abs(thing.five[2])).filter((median) => median > 0);
  const unit = Math.min(...medians, ...(medians.length ? [] : things.map((thing) => thing.five[4]))) / 10 || 1;
  const even = 10 ** Math.floor(Math.log10(unit));
  return (value) => Math.sign(value) * Math.log10(1 + Math.abs(value) / even);
}

function powers(axis, things, at) {
  const ends = things.flatMap((thing) => [thing.five[0], thing.five[4]]);
  const [lowest, highest] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const marks = [0];
  for (let power = 15; power >= -4; power -= 1) {
    const mark = 10 ** power;
    if (at(mark) < 0.9) break;
    for (const each of [mark, -mark]) if (each < highest * 10 && each > lowest * 10) marks.push(each);
  }
  marks.sort((one, other) => one - other);
  const values = new Map(marks.map((mark) => [at(mark), mark]));
  const customValues = [...values.keys()];
  const { formatter } = axis.axisLabel;
  return {
    ...axis,
    min: customValues[0],
    max: customValues.at(-1),
    axisTick: { ...axis.axisTick, customValues },
    splitLine: { ...axis.splitLine, customValues },
    axisLabel: { ...axis.axisLabel, customValues, interval: 0, hideOverlap: true, formatter: (value) => formatter(nearest(values, value)) },
  };
}

// ECharts rounds the values of an axis.
function nearest(values, value) {
  let [best, least] = [0, Infinity];
  for (const [placed, mark] of values) {
    const apart = Math.abs(placed - value);
    if (apart < least) [best, least] = [mark, apart];
  }
  return best;
}
