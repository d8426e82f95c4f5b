// Dialogs are native <dialog> elements. data-opens="id" opens one, data-closes closes the one it is in, and
// data-confirm="question" on a form or its button asks before the form is sent. hx-confirm asks in the same dialog.
const confirmation = document.getElementById("confirm");

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.opens)?.showModal();
  }
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  // A click on the dialog itself, and not on what is in it, is one on its backdrop.
  if (event.target instanceof HTMLDialogElement && outside(event, event.target)) event.target.close();
});

function outside(event, dialog) {
  const box = dialog.getBoundingClientRect();
  if (event.clientX === 0 && event.clientY === 0) return false; // pressed by keyboard
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

function ask(question, word, proceed) {
  confirmation.querySelector("[data-question]").textContent = question;
  const yes = confirmation.querySelector("[data-yes]");
  yes.textContent = word || yes.dataset.yes;
  confirmation.returnValue = "";
  confirmation.addEventListener("close", () => confirmation.returnValue === "yes" && proceed(), { once: true });
  confirmation.showModal();
}

document.addEventListener(
  "submit",
  (event) => {
    const asking = event.submitter?.closest("[data-confirm]") ?? event.target.closest("[data-confirm]");
    if (!asking || !confirmation || event.target.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { target: form, submitter } = event;
    ask(asking.dataset.confirm, asking.dataset.confirmWord, () => {
      form.dataset.confirmed = "yes";
      form.requestSubmit(submitter);
      delete form.dataset.confirmed;
    });
  },
  true,
);

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question || !confirmation) return;
  event.preventDefault();
  ask(event.detail.question, "", () => event.detail.issueRequest(true));
});
