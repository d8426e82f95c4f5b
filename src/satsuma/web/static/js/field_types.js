// Shows only what belongs to the chosen kind of information: data-for-types="number money" in a form with a select
// called "type".
function show(form) {
  const type = form.elements.type?.value;
  for (const part of form.querySelectorAll("[data-for-types]")) {
    part.hidden = !part.dataset.forTypes.split(" ").includes(type);
  }
}

for (const form of document.querySelectorAll("form")) if (form.querySelector("[data-for-types]")) show(form);
document.addEventListener("change", (event) => {
  if (event.target.name === "type" && event.target.form?.querySelector("[data-for-types]")) show(event.target.form);
});
