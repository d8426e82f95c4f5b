// Panels above a list (details.list-fold): a click elsewhere or Escape closes the open one.
function close(fold, focus) {
  fold.open = false;
  if (focus) fold.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const fold of document.querySelectorAll("details.list-fold[open]")) {
    if (!fold.contains(event.target)) close(fold, false);
  }
});

document.addEventListener("keydown", (event) => {
  const fold = event.target.closest("details.list-fold[open]");
  if (event.key === "Escape" && fold) close(fold, true);
});
