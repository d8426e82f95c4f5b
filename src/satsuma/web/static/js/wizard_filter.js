// A field over a list that hides what does not hold its words: data-filter="id of the list"; the list's items are marked
// data-filter-item, groups of them data-filter-group, and what is shown when nothing fits data-filter-none.
function filter(input) {
  const list = document.getElementById(input.dataset.filter);
  const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const item of list.querySelectorAll("[data-filter-item]")) {
    const text = item.textContent.toLocaleLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
    if (!item.hidden) found += 1;
  }
  for (const group of list.querySelectorAll("[data-filter-group]")) {
    group.hidden = !group.querySelector("[data-filter-item]:not([hidden])");
  }
  const none = list.parentElement.querySelector("[data-filter-none]");
  if (none) none.hidden = found > 0;
}

for (const input of document.querySelectorAll("[data-filter]")) {
  input.hidden = false;
  input.addEventListener("input", () => filter(input));
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
}
