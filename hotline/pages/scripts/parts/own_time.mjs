// Times of a rota, beside them on the reader's own clock where it differs. Without this, the rota's time stands alone.

const LABEL = document.documentElement.dataset.ownTime;

function offset(written) {
  const found = /([+-])(\d\d):(\d\d)$/.exec(written);
  return found ? Number(`${found[1]}1`) * (Number(found[2]) * 60 + Number(found[3])) : 0;
}

function differs(written) {
  return -new Date(written).getTimezoneOffset() !== offset(written);
}

function onOwnClock(start, end) {
  const form = (options) => new Intl.DateTimeFormat(document.documentElement.lang, { hourCycle: "h23", ...options });
  const clock = form({ hour: "2-digit", minute: "2-digit" });
  const long = form({ weekday: "short", hour: "2-digit", minute: "2-digit" });
  if (!end) return long.format(start);
  const sameDay = start.toDateString() === end.toDateString();
  return `${long.format(start)} – ${(sameDay ? clock : long).format(end)}`;
}

export function ownTimes(within = document) {
  for (const time of within.querySelectorAll("time[data-own]")) {
    const until = time.dataset.until;
    delete time.dataset.own;
    if (!LABEL || !(differs(time.dateTime) || (until && differs(until)))) continue;
    time.hidden = false;
    const words = onOwnClock(new Date(time.dateTime), until && new Date(until));
    const own = Object.assign(document.createElement("span"), { className: "own-time" });
    own.textContent = `(${LABEL.replace("{time}", words)})`;
    time.append(" ", own);
  }
}
