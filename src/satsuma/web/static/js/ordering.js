// Orders made by dragging. A list with data-order="address" sends the ids of its rows (data-order-id) there. A form
// with data-order holds sections that are ordered the same way, and with data-order-items their lists
// (data-order-list="name"), between which rows can be dragged: all of them are sent, each under its name.
// Rows are dragged by [data-order-grip], sections by [data-section-grip]; by keyboard they are moved with their buttons.
const OPTIONS = {
  animation: 120,
  handle: "[data-order-grip]",
  draggable: ">[data-order-id]",
  delay: 80,
  delayOnTouchOnly: true,
  forceFallback: true, // the browser's own dragging cannot be styled, and knows no touch
};

function idsOf(list) {
  return [...list.querySelectorAll(":scope > [data-order-id]")].map((row) => row.dataset.orderId).join(",");
}

// A refusal comes back as a message; what is ordered is then read again, to show the order that is kept.
function send(source, address, values) {
  const again = (event) => {
    if (event.detail.successful) return;
    const target = `#${source.closest("[id]").id}`;
    window.htmx.ajax("GET", window.location.href, { target, select: target, swap: "outerHTML" });
  };
  source.addEventListener("htmx:afterRequest", again, { once: true });
  window.htmx.ajax("POST", address, { source, values, swap: "none" });
}

function sendLists(root) {
  const lists = root.querySelectorAll("[data-order-list]");
  const values = Object.fromEntries([...lists].map((list) => [list.dataset.orderList, idsOf(list)]));
  send(root, root.dataset.orderItems, values);
}

function make(root) {
  if (root.dataset.ordered) return;
  root.dataset.ordered = "yes";
  const changed = (event) => event.oldIndex !== event.newIndex || event.from !== event.to;
  const order = () => send(root, root.dataset.order, { order: idsOf(root) });
  const lists = root.querySelectorAll("[data-order-list]");
  const handle = lists.length ? "[data-section-grip]" : OPTIONS.handle;
  window.Sortable.create(root, { ...OPTIONS, handle, onEnd: (event) => changed(event) && order() });
  for (const list of lists) {
    window.Sortable.create(list, { ...OPTIONS, group: "rows", onEnd: (event) => changed(event) && sendLists(root) });
  }
}

function makeAll(root) {
  if (root.matches?.("[data-order]")) make(root);
  root.querySelectorAll?.("[data-order]").forEach(make);
}

makeAll(document);
document.addEventListener("htmx:load", (event) => makeAll(event.detail.elt));
