// A field for one of very many: typing asks the server for matches (components/search_select.html). Keys: arrows,
// Enter takes, Escape closes. What was typed but not taken is undone on leaving, an emptied field chooses nothing.
const PAUSE_MS = 150;
const pending = new WeakMap();

function parts(root) {
  return {
    text: root.querySelector("[role=combobox]"),
    value: root.querySelector("input[type=hidden]"),
    list: root.querySelector("[role=listbox]"),
    status: root.querySelector("[role=status]"),
  };
}

function options(root) {
  return [...root.querySelectorAll("[role=option]")];
}

function close(root) {
  const { text, list } = parts(root);
  list.hidden = true;
  text.setAttribute("aria-expanded", "false");
  text.removeAttribute("aria-activedescendant");
}

function point(root, option) {
  for (const other of options(root)) other.setAttribute("aria-selected", String(other === option));
  const { text } = parts(root);
  if (option) {
    text.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    text.removeAttribute("aria-activedescendant");
  }
}

async function ask(root) {
  pending.get(root)?.abort();
  const request = new AbortController();
  pending.set(root, request);
  const { text, list, status } = parts(root);
  const address = new URL(root.dataset.searchSelect, window.location.href);
  address.searchParams.set("q", text.value);
  try {
    const answer = await fetch(address, { signal: request.signal, headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return;
    list.innerHTML = await answer.text();
  } catch {
    return; // a newer question, or no connection: what is there stays
  }
  options(root).forEach((option, index) => {
    option.id = `${list.id}-${index}`;
  });
  list.hidden = false;
  text.setAttribute("aria-expanded", "true");
  status.textContent = list.querySelector("[data-summary]")?.dataset.summary ?? "";
  point(root, options(root)[0] ?? null);
}

function take(root, option) {
  const { text, value } = parts(root);
  value.value = option.dataset.value;
  text.value = option.dataset.label;
  text.dataset.taken = text.value;
  close(root);
  value.dispatchEvent(new Event("input", { bubbles: true }));
  value.dispatchEvent(new Event("change", { bubbles: true }));
}

function rootOf(event) {
  return event.target.closest?.("[data-search-select]");
}

document.addEventListener("input", (event) => {
  const root = rootOf(event);
  if (!root || event.target.type === "hidden") return;
  clearTimeout(root.waiting);
  root.waiting = setTimeout(() => ask(root), PAUSE_MS);
});

document.addEventListener("keydown", (event) => {
  const root = rootOf(event);
  if (!root || event.target.getAttribute("role") !== "combobox") return;
  const { text, list } = parts(root);
  const all = options(root);
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) return void ask(root);
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    if (all.length) point(root, all[(next + all.length) % all.length]);
  } else if (event.key === "Enter" && !list.hidden && at >= 0 && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    take(root, all[at]);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    event.stopPropagation();
    text.value = text.dataset.taken ?? "";
    close(root);
  }
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest("[role=option]");
  const root = rootOf(event);
  if (!option || !root) return;
  event.preventDefault(); // the cursor stays in the field
  take(root, option);
});

document.addEventListener("focusout", (event) => {
  const root = rootOf(event);
  if (!root || root.contains(event.relatedTarget)) return;
  const { text, value } = parts(root);
  clearTimeout(root.waiting);
  pending.get(root)?.abort();
  if (text.value.trim() === "" && value.value !== "") {
    value.value = "";
    text.dataset.taken = "";
    value.dispatchEvent(new Event("change", { bubbles: true }));
  } else {
    text.value = text.dataset.taken ?? "";
  }
  close(root);
});
