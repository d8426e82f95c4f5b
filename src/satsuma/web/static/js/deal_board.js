// The board of deals: cards are dragged from one column to another. The same is done by the menu on each card, which
// works by keyboard and without this script. Both send the same request; its answer puts the card where it belongs.
const board = document.querySelector("[data-board]");
const places = new WeakMap();

function send(card, stage) {
  const values = { stage };
  if (board.dataset.owner) values.owner = board.dataset.owner;
  window.htmx.ajax("POST", card.dataset.move, { source: card, swap: "none", values });
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
