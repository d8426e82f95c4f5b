// Lists with a box before each row: a form marked data-selection that holds the table and a bar for what can be done
// with the rows. The bar ([data-selection-bar]) shows itself while rows are chosen, [data-selection-count] says how
// many, [data-selection-all] chooses all rows of the page. Shift chooses everything between two boxes.
const ROW = "input[type=checkbox][data-selection-row]";
let last = null;

function rows(form) {
  return [...form.querySelectorAll(ROW)];
}

function refresh(form) {
  const all = rows(form);
  const count = all.filter((box) => box.checked).length;
  const bar = form.querySelector("[data-selection-bar]");
  if (bar) bar.hidden = count === 0;
  for (const place of form.querySelectorAll("[data-selection-count]")) {
    place.textContent = new Intl.NumberFormat(document.documentElement.lang).format(count);
  }
  const head = form.querySelector("[data-selection-all]");
  if (head) {
    head.checked = count > 0 && count === all.length;
    head.indeterminate = count > 0 && count < all.length;
  }
}

document.addEventListener("click", (event) => {
  const box = event.target.closest(ROW);
  const form = event.target.closest("form[data-selection]");
  if (!box || !form) return;
  if (event.shiftKey && last?.isConnected && last.form === box.form) {
    const all = rows(form);
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-selection]");
  if (!form) return;
  if (event.target.matches("[data-selection-all]")) {
    for (const box of rows(form)) box.checked = event.target.checked;
  }
  refresh(form);
});

document.addEventListener("click", (event) => {
  const form = event.target.closest("form[data-selection]");
  if (!form || !event.target.closest("[data-selection-none]")) return;
  for (const box of rows(form)) box.checked = false;
  refresh(form);
});

function refreshAll() {
  document.querySelectorAll("form[data-selection]").forEach(refresh);
}

window.addEventListener("pageshow", refreshAll);
document.addEventListener("htmx:afterSwap", refreshAll);
