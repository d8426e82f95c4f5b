// The wizard of segmentations saves itself: what is typed is posted after a pause, one post at a time and only the cards
// that were changed, and the answer brings what follows from it. Without this script every button of the form does the
// same as a page.
import { say } from "./messages.js";
import { setLive } from "./wizard_cells.js";
import "./wizard_lines.js";
import { isDragging, redraw } from "./wizard_thresholds.js";
import { tryAgain } from "./wizard_try.js";

const PAUSE_MS = 50;
const form = document.getElementById("wizard");
const dirty = new Set();
let timer = null;
let running = null;
let later = null; // an answer that came while a threshold was dragged

const byId = (id) => document.getElementById(id);

function tokenOf(control) {
  return control.closest("[data-wizard-card]")?.dataset.wizardCard ?? null;
}

// What was changed since the last post; of the other cards only that they are there, and in which order.
function changes() {
  const data = new FormData(form);
  const cards = new Set(data.getAll("card"));
  for (const name of [...data.keys()]) {
    const token = name.slice(0, name.indexOf("."));
    if (cards.has(token) && !dirty.has(token)) data.delete(name);
  }
  return data;
}

async function post(address, data) {
  data.set("version", byId("wizard-version").value);
  const answer = await fetch(address, { method: "POST", body: data, headers: { "HX-Request": "true" } });
  if (answer.headers.get("Content-Type")?.startsWith("application/json")) return answer.json();
  if (answer.redirected) window.location.reload(); // signed out meanwhile
  const message = document.createElement("template");
  message.innerHTML = await answer.text();
  const told = message.content.querySelector(".message");
  if (told) byId("messages").append(told);
  else say("failed");
  return null;
}

// Posts are made one after the other: each carries the version that the one before it made.
function queue(work) {
  const before = running ?? Promise.resolve();
  const mine = before.then(work).catch(() => say("unreachable"));
  running = mine;
  mine.finally(() => {
    if (running === mine) running = null;
  });
  return mine;
}

function save() {
  clearTimeout(timer);
  timer = null;
  return queue(async () => {
    if (!dirty.size) return;
    const data = changes();
    const sent = [...dirty];
    dirty.clear();
    let answer = null;
    try {
      answer = await post(form.dataset.wizard, data);
    } finally {
      // What is not saved is sent again with the next change.
      if (!answer || answer.conflict) notSaved(sent);
    }
    if (answer) take(answer);
  });
}

// It stays to be done, and the head says so until something is saved.
function notSaved(tokens) {
  for (const token of tokens) dirty.add(token);
  const said = document.querySelector(".wizard-saved-text");
  said.classList.add("is-failed");
  said.replaceChildren(byId("wizard-not-saved").content.cloneNode(true));
}

async function flush() {
  if (timer !== null || dirty.size) await save();
  else if (running) await running;
}

function changed(control) {
  dirty.add(tokenOf(control) ?? "*");
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE_MS);
}

// Answers ---------------------------------------------------------------------------------------------------------------

function take(answer) {
  if (answer.location) {
    window.removeEventListener("beforeunload", keep);
    window.location.assign(answer.location);
    return;
  }
  if (answer.conflict) return void showConflict(answer.conflict);
  byId("wizard-version").value = answer.version;
  replace("wizard-saved", answer.saved);
  if (answer.cards) {
    replace("cards", answer.cards);
    if (byId("wizard-edges")) replace("wizard-edges", answer.edges);
    byId("cards").querySelector("[autofocus]")?.focus();
    sortable();
  } else {
    showProblems(answer.problems);
    for (const [id, texts] of Object.entries(answer.notes)) byId(id)?.replaceChildren(...texts.map(note));
  }
  for (const [id, [text, width]] of Object.entries(answer.counts)) {
    if (byId(`${id}-count`)) byId(`${id}-count`).textContent = text;
    byId(`${id}-bar`)?.setAttribute("width", width);
  }
  byId("preview-customers").innerHTML = answer.customers;
  if (isDragging()) later = answer;
  else showPreview(answer);
  tryAgain();
}

function showPreview(answer) {
  later = null;
  const focused = document.activeElement?.id;
  byId("preview-numbers").innerHTML = answer.preview;
  setLive(answer.live);
  if (focused && document.activeElement?.id !== focused && byId("preview-numbers").querySelector(`#${CSS.escape(focused)}`)) {
    byId(focused).focus();
  }
  if (timer !== null) for (const figure of document.querySelectorAll(".wizard-histogram")) redraw(figure);
}

function showProblems(problems) {
  for (const [id, text] of Object.entries(problems)) {
    const place = byId(`${id}-problem`);
    if (!place) continue;
    if (place.textContent !== text) place.textContent = text;
    const control = byId(id);
    if (!control?.matches("input, textarea, select")) continue;
    if (text) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    const frame = control.closest(".wizard-input");
    if (frame) frame.classList.toggle("is-wrong", text !== "");
    else control.classList.toggle(control.matches(".wizard-words") ? "is-wrong" : "is-invalid", text !== "");
  }
}

function note(text) {
  const made = byId("wizard-note").content.firstElementChild.cloneNode(true);
  made.append(text);
  return made;
}

// Puts the new part where the old one was; who was in it finds the cursor where it was.
function replace(id, html) {
  const old = byId(id);
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...old.querySelectorAll("details[open]")].map((details) => details.id);
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  old.replaceWith(template.content);
  for (const details of open) if (byId(details)) byId(details).open = true;
  const again = focused ? byId(focused) : null;
  // At the top there is no way up any more: then the way down is next to it.
  if (again?.disabled) again.parentElement.querySelector(".wizard-move:not(:disabled)")?.focus();
  else again?.focus();
}

// Either draft is kept by leaving the page: then nobody needs to be asked.
byId("wizard-conflict").addEventListener("click", ({ target }) => {
  if (target.closest("a, button")) window.removeEventListener("beforeunload", keep);
});

function showConflict(html) {
  const dialog = byId("wizard-conflict");
  dialog.innerHTML = html;
  if (!dialog.open) dialog.showModal();
  clearTimeout(timer);
  timer = null;
}

// Buttons ---------------------------------------------------------------------------------------------------------------

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  clearTimeout(timer);
  timer = null;
  queue(async () => {
    const data = new FormData(form, button);
    dirty.clear();
    let answer = null;
    try {
      answer = await post(form.getAttribute("action"), data);
    } finally {
      if (!answer || answer.conflict) notSaved(["*", ...data.getAll("card")]);
    }
    if (answer) take(answer);
    if (button?.value === "next" && answer && !answer.location) form.querySelector("[aria-invalid=true]")?.focus();
  });
});

// A name is added to a group once it is whole: chosen from the list, or left.
form.addEventListener("input", ({ target }) => target.name && !target.matches("[data-wizard-adder]") && changed(target));
form.addEventListener("change", ({ target }) => {
  if (target.matches("[data-wizard-adder]") && target.value.trim()) form.requestSubmit(target.nextElementSibling);
});
byId("w-name").addEventListener("input", (event) => changed(event.target));
document.addEventListener("wizard-dropped", () => {
  if (later) showPreview(later);
});

// Whoever leaves takes nothing away unsaved.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-wizard-leaves], .page-pretitle a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || (timer === null && !running)) return;
  event.preventDefault();
  await flush();
  window.location.assign(link.href);
});

document.addEventListener("submit", async (event) => {
  const way = event.target.closest("#wizard-saved form");
  if (!way) return;
  sessionStorage.setItem("wizard-scroll", String(window.scrollY));
  if (timer === null && !running) return;
  event.preventDefault();
  const action = way.getAttribute("action");
  await flush();
  document.querySelector(`#wizard-saved form[action="${action}"]`)?.requestSubmit();
}, true);

function keep(event) {
  if (timer !== null || running || dirty.size || byId("wizard-saved").dataset.unsaved) event.preventDefault();
}
window.addEventListener("beforeunload", keep);

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
  if (event.target.closest("input:not([type=range], [type=checkbox]), textarea, select, [contenteditable]")) return;
  event.preventDefault();
  const button = document.querySelector(event.shiftKey ? "[data-wizard-redo]" : "[data-wizard-undo]");
  if (button && !button.disabled) button.click();
});

// Order by dragging --------------------------------------------------------------------------------------------------------

function sortable() {
  const cards = document.querySelector("[data-wizard-cards]");
  if (!cards || !window.Sortable) return;
  window.Sortable.create(cards, {
    animation: 120,
    handle: "[data-wizard-grip]",
    draggable: "[data-wizard-card]",
    delay: 80,
    delayOnTouchOnly: true,
    forceFallback: true,
    onEnd: (event) => {
      if (event.oldIndex === event.newIndex) return;
      const all = [...cards.querySelectorAll("[data-wizard-card]")];
      all.forEach((card, place) => {
        card.querySelector("[value^='up:']").disabled = place === 0;
        card.querySelector("[value^='down:']").disabled = place === all.length - 1;
      });
      dirty.add("*");
      save();
    },
  });
}

setLive(JSON.parse(byId("preview-live")?.textContent ?? "null"));
sortable();
const scroll = sessionStorage.getItem("wizard-scroll");
if (scroll !== null) {
  sessionStorage.removeItem("wizard-scroll");
  window.scrollTo(0, Number(scroll));
}
