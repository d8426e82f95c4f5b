// Messages in the corner: they can be closed, and good news goes away by itself: never while it is looked at, and not
// when it offers something to do, such as Undo.
const READING_TIME_MS = 8000;
const region = document.getElementById("messages");

function leave(message) {
  if (message.matches(":hover, :focus-within")) {
    setTimeout(() => leave(message), READING_TIME_MS);
  } else {
    message.remove();
  }
}

function watch(message) {
  if (message.matches("[data-passing]:not(:has(a))")) setTimeout(() => leave(message), READING_TIME_MS);
}

// A message of the page's own, in words that the page carries translated (see components/messages.html).
export function say(name) {
  const template = document.getElementById(`message-${name}`);
  if (template && region) region.append(template.content.cloneNode(true));
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismisses]")) event.target.closest(".message")?.remove();
});

if (region) {
  region.querySelectorAll(".message").forEach(watch);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node instanceof Element && node.matches(".message")) watch(node);
    }
  }).observe(region, { childList: true });
}
