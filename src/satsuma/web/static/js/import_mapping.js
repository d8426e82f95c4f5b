// Shows what a new field needs beside a column that becomes one. Without this script it is shown after sending the form.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-import-target]")) return;
  const fields = event.target.parentElement.querySelector("[data-import-new]");
  fields.hidden = event.target.value !== "new";
  if (!fields.hidden) fields.querySelector("input").focus();
});
