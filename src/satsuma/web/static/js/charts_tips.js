// The box that says what the mouse or the keyboard is on. Used by charts.js. Texts come from the server.

/** `stop.lines` one below the other; beside the mouse, or at the top when there is no `event`. */
export function showTip(figure, stop, event) {
  const tip = figure.querySelector(".chart-tip");
  const text = stop.lines.filter(Boolean).join("\n");
  if (tip.textContent !== text) tip.textContent = text;
  tip.hidden = false;
  const picture = figure.querySelector(".chart-picture");
  const left = picture.offsetLeft + (event ? event.offsetX + 14 : (picture.clientWidth - tip.offsetWidth) / 2);
  const top = picture.offsetTop + (event ? event.offsetY + 14 : -tip.offsetHeight / 2);
  const room = figure.clientWidth - tip.offsetWidth;
  const flipped = event && left > room ? picture.offsetLeft + event.offsetX - tip.offsetWidth - 14 : left;
  tip.style.left = `${Math.max(0, Math.min(flipped, room))}px`;
  tip.style.top = `${top}px`;
}

export function hideTip(figure) {
  figure.querySelector(".chart-tip").hidden = true;
}
