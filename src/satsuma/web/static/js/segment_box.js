// The Segmentation box of lists: on narrow screens it is folded until somebody unfolds it, and then stays so.
const NARROW = window.matchMedia("(width < 992px)");
const KEY = "segment-box-open";

function fold() {
  const box = document.querySelector(".list-layout > #segment-box");
  if (box && NARROW.matches) box.open = sessionStorage.getItem(KEY) === "yes";
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("#segment-box");
  if (box && NARROW.matches && event.target.closest("summary")) sessionStorage.setItem(KEY, box.open ? "no" : "yes");
});

document.addEventListener("htmx:afterSwap", fold);
fold();
