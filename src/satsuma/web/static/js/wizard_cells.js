// What thresholds give, exactly, worked out from what the server told (`pages/draft_live.py`): customers by their score on
// each axis and by how they stand today. Used by wizard_thresholds.js.
let live = null;

// Takes what was told, or null, and adds what no threshold changes: how many customers have which scores; of each axis
// the scores that there are, ascending, and which of them are a cell's; segments by bands, once they were looked for.
export function setLive(told) {
  live = told && { ...told, having: having(told), axes: told.axes.map(numbered), placed: new Map() };
}

export function getLive() {
  return live;
}

function having({ cells, customers }) {
  let first = 0;
  return cells.map((count) => {
    let sum = 0;
    for (const end = first + count; first < end; first += 1) sum += customers[first];
    return sum;
  });
}

function numbered(axis) {
  const scores = [...new Set(axis.scores)].sort((a, b) => a - b);
  const numbers = new Map(scores.map((score, number) => [score, number]));
  return { ...axis, scores, at: axis.scores.map((score) => numbers.get(score)) };
}

// Of each score, in ascending order, the band: how many edges are at or below it.
function bandsOf(scores, edges) {
  let band = 0;
  return scores.map((score) => {
    while (band < edges.length && edges[band] <= score) band += 1;
    return band;
  });
}

// With one axis the band is the segment, with several the first rule that fits the bands gives it. `place` has a digit
// for each axis, the first one's last, of as many values as the axis has bands.
function segmentAt(place) {
  if (!live.rules) return place;
  if (!live.placed.has(place)) {
    let rest = place;
    const bands = live.axes.map(({ edges }) => {
      const band = rest % (edges.length + 1);
      rest = (rest - band) / (edges.length + 1);
      return band;
    });
    const fits = ([, allowed]) => allowed.every((some, axis) => some === null || some.includes(bands[axis]));
    live.placed.set(place, live.rules.find(fits)[0]);
  }
  return live.placed.get(place);
}

// Customers of an axis by bar and band; `edges` are the whole scores at which its bands begin.
export function bars(axis, edges) {
  const { scores, at, bars: limits, lowest } = live.axes[axis];
  const bands = bandsOf(scores, edges);
  const width = limits[0][1] - limits[0][0] + 1;
  const parts = limits.map(() => new Array(edges.length + 1).fill(0));
  at.forEach((number, place) => {
    parts[Math.floor((scores[number] - lowest) / width)][bands[number]] += live.having[place];
  });
  return parts;
}

// Customers and value by segment, and who moves; `edges` are those of each axis. Values are in ten-thousandths.
export function sums(edges) {
  const { axes, kept, standing, standings } = live;
  const bands = axes.map(({ scores }, axis) => bandsOf(scores, edges[axis]));
  const customers = new Array(kept.length).fill(0);
  const values = [...kept];
  const moving = { up: 0, down: 0, changed: 0, new: 0, stay: 0 };
  let all = 0;
  let cell = 0;
  live.cells.forEach((count, scores) => {
    let place = 0;
    for (let axis = axes.length - 1; axis >= 0; axis -= 1) {
      place = place * (edges[axis].length + 1) + bands[axis][axes[axis].at[scores]];
    }
    const segment = segmentAt(place);
    values[segment] += live.values[scores];
    for (const end = cell + count; cell < end; cell += 1) {
      const [before, keeps] = standing[standings[cell]];
      const after = keeps ?? segment;
      const people = live.customers[cell];
      if (after < customers.length) customers[after] += people;
      moving[wayOf(before, after)] += people;
      all += people;
    }
  });
  return { customers, values, moving, all, worth: live.worth };
}

function wayOf(before, after) {
  if (before === null) return "new";
  if (before === after) return "stay";
  if (before >= live.kept.length || after >= live.kept.length) return "changed";
  return after > before ? "up" : "down";
}
