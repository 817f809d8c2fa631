// Tonight keeps itself up to date: the server says when something changed, and the page is then fetched anew. Where it
// has no room for one more listener, or the line breaks for good, the page is fetched once a minute instead. Without
// this script a Refresh in the page's head does that.

import { ownTimes } from "./parts/own_time.mjs";

const EVERY = 60_000;
const board = document.getElementById("board");

async function renew() {
  const answer = await fetch(board.dataset.again, { headers: { Accept: "text/html" } });
  if (answer.redirected || answer.status === 401) {
    location.reload(); // the session is over: the sign-in form says so
    return;
  }
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board");
  if (!fresh) return;
  for (const open of board.querySelectorAll("details[open][id]")) {
    fresh.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
  }
  const focused = document.activeElement?.closest("details[id]")?.id;
  board.replaceChildren(...fresh.childNodes);
  ownTimes(board);
  if (focused) board.querySelector(`#${CSS.escape(focused)} > summary`)?.focus();
}

function again() {
  renew().catch(() => {}); // offline, or the server starts anew: the next time will do
}

if (board) {
  ownTimes();
  setInterval(() => document.hidden || again(), EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || again());
  const changes = new EventSource(board.dataset.changes);
  changes.addEventListener("changed", again);
  changes.addEventListener("no-room", () => changes.close());
  addEventListener("pagehide", () => changes.close());
}
