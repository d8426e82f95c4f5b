// What is wider than its place and scrolls can be scrolled by keyboard too: it can be focused, unless something in it can.
const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";

function open(places) {
  for (const place of places) {
    const scrolls = place.scrollWidth > place.clientWidth;
    if (scrolls && !place.querySelector(FOCUSABLE)) place.tabIndex = 0;
    else place.removeAttribute("tabindex");
  }
}

const watching = new ResizeObserver((entries) => open(entries.map((entry) => entry.target)));

function watch() {
  for (const place of document.querySelectorAll(".table-responsive")) watching.observe(place);
}

watch();
document.addEventListener("htmx:afterSwap", watch);
