// A button marked data-copies="id" copies the text of that input; an input marked data-selects selects itself.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const input = document.getElementById(button.dataset.copies);
  input.select();
  // Without https browsers offer no clipboard: then the text is selected, ready for the keyboard.
  await navigator.clipboard?.writeText(input.value);
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-selects]")) event.target.select();
});
