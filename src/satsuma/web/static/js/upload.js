// A place to drop a file on (components/drop_zone.html). In a form marked data-upload the file is sent with a bar that
// shows how far it is; then the page that answers is shown. Without this script both are an ordinary file field.
import { say } from "./messages.js";

function zoneOf(event) {
  return event.target.closest?.("[data-drop-zone]");
}

function name(zone) {
  const files = [...zone.querySelector("input[type=file]").files];
  zone.querySelector("[data-drop-name]").textContent = files.map((file) => file.name).join(", ");
}

for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    const zone = zoneOf(event);
    if (!zone) return;
    event.preventDefault();
    zone.classList.add("is-over");
  });
}

document.addEventListener("dragleave", (event) => {
  const zone = zoneOf(event);
  if (zone && !zone.contains(event.relatedTarget)) zone.classList.remove("is-over");
});

document.addEventListener("drop", (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  zone.classList.remove("is-over");
  if (!event.dataTransfer.files.length) return;
  const input = zone.querySelector("input[type=file]");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("change", (event) => {
  const zone = zoneOf(event);
  if (!zone || event.target.type !== "file") return;
  name(zone);
  if (zone.hasAttribute("data-sends") && event.target.files.length) event.target.form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("form[data-upload]")) return;
  if (![...form.querySelectorAll("input[type=file]")].some((input) => input.files.length)) return;
  event.preventDefault();
  send(form, event.submitter);
});

function send(form, submitter) {
  const bar = form.querySelector("[data-upload-bar]");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (event) => {
    if (!bar || !event.lengthComputable) return;
    bar.hidden = false;
    bar.max = event.total;
    bar.value = event.loaded;
  });
  const again = () => {
    if (bar) bar.hidden = true;
    delete form.dataset.sent;
    submitter?.classList.remove("is-sending");
  };
  request.addEventListener("error", () => {
    again();
    say("unreachable");
  });
  request.addEventListener("load", () => {
    if (request.status < 400 && request.responseURL !== form.action) return window.location.assign(request.responseURL);
    const answer = new DOMParser().parseFromString(request.responseText, "text/html").getElementById("main");
    again();
    if (!answer) return say("failed");
    document.getElementById("main").replaceWith(answer);
    answer.querySelector("[aria-invalid=true], .form-problems")?.focus();
  });
  request.send(new FormData(form, submitter));
}
