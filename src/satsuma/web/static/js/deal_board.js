// The board of deals: cards are dragged from one column to another. The same is done, also by keyboard, by the menu on
// each card. Both send the same request; its answer puts the card where it belongs. Without this script the menu is a
// link to the deal's page, which has the same choice.
const board = document.querySelector("[data-board]");
const menu = document.getElementById("move-menu");
const places = new WeakMap();

function send(card, stage) {
  const values = { stage };
  if (board.dataset.owner) values.owner = board.dataset.owner;
  const form = card.querySelector("form[data-move]");
  window.htmx.ajax("POST", form.action, { source: card, swap: "none", values });
}

// One menu for all cards, put in when one is opened: a board has hundreds of them.
function fill(form) {
  if (form.children.length) return;
  form.append(menu.content.cloneNode(true));
  form.querySelector(`button[value="${form.dataset.move}"]`)?.remove();
}

function putBack(card) {
  const place = places.get(card);
  if (!place) return;
  place.column.insertBefore(card, place.before?.isConnected ? place.before : null);
  places.delete(card);
}

function start() {
  for (const column of board.querySelectorAll("[data-board-cards]")) {
    window.Sortable.create(column, {
      group: "deals",
      draggable: "[data-deal]",
      filter: ".dropdown-menu, [data-bs-toggle]",
      preventOnFilter: false,
      animation: 120,
      delay: 200,
      delayOnTouchOnly: true,
      ghostClass: "is-dragged",
      sort: false,
      onStart: ({ item, from }) => places.set(item, { column: from, before: item.nextElementSibling }),
      onEnd: ({ item, from, to }) => {
        if (from === to) return;
        item.classList.add("is-sending");
        send(item, to.dataset.boardCards);
      },
    });
  }
}

if (board) {
  start();
  document.addEventListener("show.bs.dropdown", ({ target }) => {
    const form = target.parentElement.querySelector("form[data-move]");
    if (form) fill(form);
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!detail.elt.matches?.("[data-deal]")) return;
    detail.elt.classList.remove("is-sending");
    if (!detail.successful) putBack(detail.elt);
  });
  // By keyboard the next thing to do is the card in its new place.
  document.addEventListener("deal-moved", ({ detail }) => {
    document.querySelector(`#deal-${detail.id} a`)?.focus({ preventScroll: false });
  });
}
