// The rota's week: a bar opens a panel, and hours are dragged across for a cover. The links lead to the same without it.

import { ownTimes } from "./parts/own_time.mjs";

const STEP = 15; // minutes
const week = document.getElementById("week");

ownTimes();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// ------------------------------------------------------------------------------------------------------- the panel

async function open(link) {
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
  const panel = answer.ok && !answer.redirected
    && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("panel");
  if (!panel) {
    location.assign(link.href);
    return;
  }
  const dialog = document.createElement("dialog");
  dialog.className = "panel";
  dialog.setAttribute("aria-labelledby", "panel-title");
  const close = Object.assign(document.createElement("button"), { className: "button small close", type: "button", textContent: week.dataset.close });
  close.addEventListener("click", () => dialog.close());
  dialog.append(...panel.childNodes, close);
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  ownTimes(dialog);
  dialog.showModal();
}

let dragged = false;
week?.addEventListener("click", (event) => {
  const link = event.target.closest("a.opens");
  if (dragged) event.preventDefault();
  else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(link).catch(() => location.assign(link.href));
  }
  dragged = false;
});

// -------------------------------------------------------------------------------------------------------- the drag

const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const wide = matchMedia("(min-width: 52.01rem)");
let drag = null; // { track, from, to, who, mark }

function minuteAt(track, x) {
  const box = track.getBoundingClientRect();
  const part = Math.min(1, Math.max(0, (x - box.left) / box.width));
  return Math.round((part * 1440) / STEP) * STEP;
}

// The volunteer of the bar under the pointer, if any.
function whoOf(element) {
  const bar = element.closest(".bar a.opens");
  return bar ? (new URL(bar.href).searchParams.get("who") ?? "") : "";
}

function show() {
  const [start, end] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
  drag.mark.className = `dragged s${start / STEP + 1} e${Math.max(end / STEP + 1, start / STEP + 2)}`;
  drag.mark.textContent = week.dataset.dragged.replace("{from}", clock(start)).replace("{to}", clock(end));
}

function stop() {
  drag?.mark.remove();
  drag = null;
}

if (week?.dataset.cover) {
  week.addEventListener("dragstart", (event) => event.preventDefault());
  week.addEventListener("pointerdown", (event) => {
    dragged = false;
    const track = event.target.closest(".track");
    if (!track || event.button !== 0 || event.pointerType === "touch" || !wide.matches) return;
    const from = minuteAt(track, event.clientX);
    drag = { track, from, to: from, x: event.clientX, who: whoOf(event.target), mark: document.createElement("li") };
  });
  addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!dragged && Math.abs(event.clientX - drag.x) < 6) return;
    if (!dragged) drag.track.append(drag.mark);
    dragged = true;
    drag.to = minuteAt(drag.track, event.clientX);
    show();
  });
  addEventListener("pointerup", () => {
    if (drag && dragged && drag.to !== drag.from) {
      const date = drag.track.dataset.date;
      const next = new Date(`${date}T00:00:00Z`);
      next.setUTCDate(next.getUTCDate() + 1);
      const [start, end] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
      const query = new URLSearchParams({ from_date: date, from_time: clock(start), to_date: end === 1440 ? next.toISOString().slice(0, 10) : date, to_time: clock(end % 1440) });
      if (drag.who) query.set("other", drag.who);
      location.assign(`${week.dataset.cover}?${query}`);
    }
    stop();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
  });
}
