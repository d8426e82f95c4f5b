// The first run: chooses the browser's own time zone in a list marked data-browser-zone, as long as nobody chose one.
const list = document.querySelector("select[data-browser-zone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (list && list.value === "UTC" && [...list.options].some((option) => option.value === zone)) {
  list.value = zone;
}
