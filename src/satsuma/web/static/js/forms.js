// Forms: leaving with changes asks (data-guard), a form is sent once, the first wrong field gets the cursor, and
// choices that need no button send their form at once (data-submits).
const changed = new Set();
const AGAIN_MS = 10_000; // a form that answered with a file leaves its page as it was: later it may be sent again

// A form that came back with errors holds what was typed and is saved nowhere.
for (const form of document.querySelectorAll("form[data-guard]:has([aria-invalid=true], .form-problems)")) changed.add(form);

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-guard")) changed.add(form);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

document.addEventListener("reset", (event) => changed.delete(event.target));

window.addEventListener("beforeunload", (event) => {
  for (const form of changed) {
    if (!form.isConnected) changed.delete(form);
  }
  if (changed.size) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const form = event.target;
  changed.delete(form);
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.classList.add("is-sending");
  setTimeout(release, AGAIN_MS);
});

function release() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll(".is-sending")) button.classList.remove("is-sending");
}

// Back out of the browser's memory: the form may be sent again.
window.addEventListener("pageshow", release);

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) changed.delete(event.detail.elt.closest("form"));
});

function goToFirstError(root) {
  root.querySelector("[aria-invalid=true], .form-problems")?.focus();
}

goToFirstError(document);
document.addEventListener("htmx:afterSwap", ({ detail, target }) => {
  goToFirstError(detail.target.isConnected ? detail.target : target); // what was swapped as a whole is no longer there
});
