// Orders made by dragging. A list with data-order="address" sends the ids of its rows (data-order-id) there. A form
// with data-order holds sections that are ordered the same way, and with data-order-items their lists
// (data-order-list="name"), between which rows can be dragged: all of them are sent, each under its name.
// Rows are dragged by [data-order-grip]; by keyboard they are moved with their buttons.
const OPTIONS = { animation: 120, handle: "[data-order-grip]", draggable: "[data-order-id]", delayOnTouchOnly: true, delay: 80 };

function idsOf(list) {
  return [...list.querySelectorAll(":scope > [data-order-id]")].map((row) => row.dataset.orderId).join(",");
}

// A refusal comes back as a message; the page is then loaded again, to show the order that is kept.
function send(source, address, values) {
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
  window.Sortable.create(root, { ...OPTIONS, onEnd: (event) => changed(event) && order() });
  for (const list of root.querySelectorAll("[data-order-list]")) {
    window.Sortable.create(list, { ...OPTIONS, group: "rows", onEnd: (event) => changed(event) && sendLists(root) });
  }
}

function makeAll(root) {
  if (root.matches?.("[data-order]")) make(root);
  root.querySelectorAll?.("[data-order]").forEach(make);
}

makeAll(document);
document.addEventListener("htmx:load", (event) => makeAll(event.detail.elt));
