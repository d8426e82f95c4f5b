// What becomes of answers to htmx. An answer of 422 is the form with its errors and goes where the form was. Every
// other error says itself where it goes (HX-Retarget: the messages); one that does not is not ours – a proxy's, say –
// and is told in general words instead of being put into the page.
import { say } from "./messages.js";

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400 || xhr.status === 422) return;
  if (xhr.getResponseHeader("HX-Retarget")) return;
  event.detail.shouldSwap = false;
  say("failed");
});

document.addEventListener("htmx:sendError", () => say("unreachable"));
document.addEventListener("htmx:timeout", () => say("unreachable"));

// Whoever was signed out meanwhile gets the sign-in page as a whole, not inside of a fragment.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.responseText.includes('<body class="narrow"')) {
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});
