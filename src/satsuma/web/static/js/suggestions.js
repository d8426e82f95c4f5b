// The suggestions under the search: arrow keys walk through their links, Escape and leaving close them.
const places = () => ({ field: document.getElementById("search"), list: document.getElementById("search-suggestions") });

function close() {
  const { list } = places();
  if (list) list.replaceChildren();
}

document.addEventListener("keydown", (event) => {
  const { field, list } = places();
  if (!list?.childElementCount || !event.target.closest(".shell-search")) return;
  if (event.key === "Escape") {
    event.preventDefault();
    close();
    field.focus();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const stops = [field, ...list.querySelectorAll("a[href]")];
  const next = stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
  stops[(next + stops.length) % stops.length].focus();
});

document.addEventListener("focusout", (event) => {
  const search = event.target.closest(".shell-search");
  if (search && event.relatedTarget && !search.contains(event.relatedTarget)) close();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest(".shell-search")) close();
});

// An answer that comes after the reader has gone on is of no use.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { field, list } = places();
  if (list && event.detail.target === list && document.activeElement !== field) event.detail.shouldSwap = false;
});
