// The search in the top bar: arrows go from the field to the suggestions and back, Escape and leaving close them.
const list = () => document.getElementById("search-suggestions");
const links = () => [...list().querySelectorAll("a")];

function close() {
  list()?.replaceChildren();
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest(".shell-search");
  if (!form || !list()) return;
  if (event.key === "Escape" && list().childElementCount) {
    event.preventDefault();
    close();
    form.querySelector("input").focus();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [form.querySelector("input"), ...links()];
  const place = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  if (stops.length < 2) return;
  event.preventDefault();
  stops[(place + stops.length) % stops.length].focus();
});

document.addEventListener("focusout", (event) => {
  const form = event.target.closest(".shell-search");
  if (form && event.relatedTarget && !form.contains(event.relatedTarget)) close();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest(".shell-search")) close();
});
