// Quick-fill: Enter saves the row and goes to the one below, arrows go up and down in a column, leaving a changed row
// saves it. Without this script each row has its button.
const CELL = "input:not([type=hidden]), select";
const changed = new WeakSet();

function save(row) {
  if (!changed.has(row)) return;
  changed.delete(row);
  row.querySelector("form").requestSubmit();
}

function go(cell, rows) {
  const row = cell.closest("tr");
  const place = [...row.querySelectorAll(".fill-cell")].indexOf(cell.closest(".fill-cell"));
  const next = rows > 0 ? row.nextElementSibling : row.previousElementSibling;
  const target = next?.querySelectorAll(".fill-cell")[place]?.querySelector(CELL);
  target?.focus();
  target?.select?.();
  return Boolean(target);
}

for (const body of document.querySelectorAll("[data-fill]")) {
  body.addEventListener("input", (event) => changed.add(event.target.closest("tr")));
  body.addEventListener("focusout", (event) => {
    const row = event.target.closest("tr");
    if (!row.contains(event.relatedTarget)) save(row);
  });
  body.addEventListener("keydown", (event) => {
    if (!event.target.matches(CELL)) return;
    const row = event.target.closest("tr");
    const isList = event.target.matches("select") && !event.ctrlKey; // there arrows choose
    if (event.key === "Enter") {
      event.preventDefault();
      if (!go(event.target, 1)) save(row);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !isList) {
      event.preventDefault();
      go(event.target, event.key === "ArrowDown" ? 1 : -1);
    }
  });
}
