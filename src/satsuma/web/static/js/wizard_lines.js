// What a card of the wizard does at once, before anything is saved: both faces of a cut show the same, the relevance has
// its word, an option stands in one line only, a segment has its colour, numbers are grouped while nobody types in them.
import { read, show, ungrouped } from "./wizard_numbers.js";

// A cut stands twice: as the end of one range and the beginning of the next. Where both ends are inside of their
// ranges, the end is one less.
function mirror(input) {
  const card = input.closest("[data-wizard-card]");
  const number = read(input.value);
  if (!card || number === null) return;
  const less = input.closest("table").dataset.whole === "true" ? 1 : 0;
  const isEnd = "wizardEnd" in input.dataset;
  const row = Number(isEnd ? input.dataset.wizardEnd : input.dataset.wizardBegin);
  const other = card.querySelector(isEnd ? `[data-wizard-begin="${row + 1}"]` : `[data-wizard-end="${row - 1}"]`);
  if (other) other.value = show(isEnd ? number + less : number - less);
}

function relevance(slider) {
  const words = JSON.parse(slider.form.dataset.relevanceWords);
  const text = `${words[Math.floor((Number(slider.value) - 1) / 2)]} · ${show(Number(slider.value))}`;
  slider.setAttribute("aria-valuetext", text);
  slider.closest("footer").querySelector("output").textContent = text;
}

function option(box) {
  const card = box.closest("[data-wizard-card]");
  for (const other of card.querySelectorAll(`.wizard-picker input[type=checkbox]`)) {
    if (other !== box && other.value === box.value && box.checked) other.checked = false;
  }
  for (const picker of card.querySelectorAll(".wizard-picker")) {
    const labels = [...picker.querySelectorAll("input:checked")].map((input) => input.parentElement.textContent.trim());
    const chosen = picker.querySelector("[data-wizard-chosen]");
    chosen.textContent = labels.join(", ") || chosen.dataset.none;
  }
}

function filterOptions(input) {
  const wanted = input.value.trim().toLocaleLowerCase();
  for (const label of input.parentElement.querySelectorAll("label")) {
    label.hidden = !label.textContent.toLocaleLowerCase().includes(wanted);
  }
}

// Which segment a range gives: its colour follows. A new one is made at once; for who walks through the choices with
// the keys, when they stay with it.
const WALKS = /^(Arrow|Page|Home|End|.$)/;
let pressed = "";

function make(select) {
  if (select.value === "new") select.form.requestSubmit(document.querySelector("button[form=wizard][value=save]"));
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-wizard-gives]")) return;
  const { fill } = target.selectedOptions[0].dataset;
  if (fill) target.parentElement.querySelector("rect").setAttribute("fill", fill);
  if (!WALKS.test(pressed)) make(target);
});

document.addEventListener("pointerdown", () => {
  pressed = "";
});

document.addEventListener("keydown", (event) => {
  pressed = event.key;
  if (event.key === "Enter" && event.target.matches?.("[data-wizard-gives]")) make(event.target);
});

document.addEventListener("focusout", ({ target }) => {
  if (target.matches("[data-wizard-gives]")) make(target);
});

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-wizard-begin], [data-wizard-end]")) mirror(target);
  if (target.matches("[data-wizard-relevance]")) relevance(target);
  if (target.matches(".wizard-picker input[type=checkbox]")) option(target);
  if (target.matches("[data-wizard-filter]")) filterOptions(target);
  if (target.matches("[data-wizard-card] [role=switch]")) {
    target.closest("[data-wizard-card]").classList.toggle("is-off", !target.checked);
  }
});

document.addEventListener("focusin", ({ target }) => {
  if (!target.matches("[data-wizard-number]") || read(target.value) === null) return;
  const plain = ungrouped(target.value);
  if (plain === target.value) return;
  target.value = plain;
  target.select(); // who comes by keyboard finds everything chosen, as in any other field
});

document.addEventListener("focusout", ({ target }) => {
  if (!target.matches("[data-wizard-number]")) return;
  const number = read(target.value);
  if (number !== null && Math.abs(number) < 1e15) target.value = show(number);
});

// Enter in a field of a filter sends nothing.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-wizard-filter]")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  const picker = event.key === "Escape" ? event.target.closest?.(".wizard-picker[open]") : null;
  if (!picker) return;
  picker.open = false;
  picker.querySelector("summary").focus();
});

// A picker that is open closes when somebody goes on.
document.addEventListener("click", ({ target }) => {
  for (const picker of document.querySelectorAll(".wizard-picker[open]")) {
    if (!picker.contains(target)) picker.open = false;
  }
});
