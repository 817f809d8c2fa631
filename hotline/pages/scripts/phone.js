// The phone. The server plays a rehearsed call from its beginning, with everything done so far, and says what happens
// if nothing more is done. That is played here in real time, until somebody does something, or it runs out.

const page = document.getElementById("phone");
const $ = (id) => document.getElementById(id);
const words = Object.fromEntries(
  [...($("words")?.content.querySelectorAll("[data-word]") ?? [])].map((one) => [one.dataset.word, one.textContent]),
);
const AHEAD = 30; // seconds before what is known runs out, at which more is asked for
const TICK = 100; // milliseconds

let call = null; // { start, acts, happenings, shown, until, over, asking, rings: Map }

// ------------------------------------------------------------------------------------------------------- sound

const sound = {
  context: null,
  tones: new Map(),
  on: () => $("sound").checked,
  wake() {
    setTimeout(() => ($("no-voice").hidden = Boolean(window.speechSynthesis?.getVoices().length)), 1_000); // they come late
    this.context ??= new AudioContext();
    this.context.resume().catch(() => {});
  },
  // A telephone's ring: two tones, a second long, every three seconds.
  ring(name, high) {
    if (!this.context || this.tones.has(name)) return;
    const level = this.context.createGain();
    level.gain.value = 0;
    level.connect(this.context.destination);
    const tones = (high ? [784, 988] : [440, 480]).map((pitch) => {
      const tone = this.context.createOscillator();
      tone.frequency.value = pitch;
      tone.connect(level);
      tone.start();
      return tone;
    });
    const swell = () => {
      const now = this.context.currentTime;
      level.gain.setTargetAtTime(this.on() ? (high ? 0.06 : 0.03) : 0, now, 0.02);
      level.gain.setTargetAtTime(0, now + 1, 0.05);
    };
    swell();
    this.tones.set(name, { tones, level, timer: setInterval(swell, 3000) });
  },
  still(name) {
    const one = this.tones.get(name);
    if (!one) return;
    clearInterval(one.timer);
    one.tones.forEach((tone) => tone.stop());
    one.level.disconnect();
    this.tones.delete(name);
  },
  key(key) {
    if (!this.context || !this.on()) return;
    const row = [697, 770, 852, 941]["123456789*0#".indexOf(key) / 3 | 0];
    const column = [1209, 1336, 1477]["123456789*0#".indexOf(key) % 3];
    const level = this.context.createGain();
    level.gain.value = 0.05;
    level.connect(this.context.destination);
    for (const pitch of [row, column]) {
      const tone = this.context.createOscillator();
      tone.frequency.value = pitch;
      tone.connect(level);
      tone.start();
      tone.stop(this.context.currentTime + 0.12);
    }
  },
  say(text, language, volunteer) {
    if (!window.speechSynthesis || !this.on()) return;
    speechSynthesis.cancel();
    const spoken = new SpeechSynthesisUtterance(text);
    spoken.lang = language || document.documentElement.lang;
    const voices = speechSynthesis.getVoices();
    const same = (voice, length) => voice.lang.replace("_", "-").slice(0, length).toLowerCase() === spoken.lang.slice(0, length).toLowerCase();
    spoken.voice = voices.find((one) => same(one, 5)) ?? voices.find((one) => same(one, 2)) ?? null;
    if (volunteer) spoken.pitch = 0.8;
    speechSynthesis.speak(spoken);
  },
  hush() {
    window.speechSynthesis?.cancel();
    for (const name of [...this.tones.keys()]) this.still(name);
  },
};

// ------------------------------------------------------------------------------------------------------ the call

const elapsed = () => (performance.now() - call.start) / 1000;
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function edited() {
  try {
    return JSON.parse(sessionStorage.getItem("hotline-edited") ?? "null");
  } catch {
    return null;
  }
}

async function ask() {
  const answer = await fetch(page.dataset.play, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": page.dataset.token },
    body: JSON.stringify({
      hotline: page.dataset.hotline, at: call.at, acts: call.acts, now: Math.min(3600, elapsed()), texts: edited(),
    }),
  });
  if (!answer.ok) throw new Error({ 429: "wait", 409: "unusable" }[answer.status] ?? "lost");
  return answer.json();
}

// One question at a time. What was done meanwhile is in the next one.
async function renew() {
  const mine = call;
  if (mine.asking) {
    mine.stale = true;
    return;
  }
  mine.asking = true;
  try {
    do {
      mine.stale = false;
      const played = await ask();
      if (mine !== call) return;
      Object.assign(mine, { happenings: played.happenings, until: played.until, over: played.over, picture: played.picture, at: played.at, troubles: played.troubles });
    } while (mine.stale);
  } catch (error) {
    if (mine === call) end(words[error.message] ?? words.lost);
    return;
  } finally {
    mine.asking = false;
  }
  tick();
}

function act(what, ring = 0, key = "") {
  if (!call || call.done) return;
  tick();
  if (!call || call.done) return;
  call.acts.push({ at: Math.round(elapsed() * 100) / 100, ring, what, key });
  if (what === "press") sound.key(key);
  renew();
}

function tick() {
  if (!call || call.done) return;
  const now = elapsed();
  $("clock").textContent = clock(now);
  if (call.asking || !call.happenings) return;
  while (call.shown < call.happenings.length && call.happenings[call.shown].at <= now) show(call.happenings[call.shown++]);
  if (call.over && call.shown === call.happenings.length) end(words.over);
  else if (!call.over && now > call.until - AHEAD) renew();
}

function dial() {
  sound.wake();
  sound.hush();
  $("spoken").replaceChildren();
  $("picture").hidden = true;
  $("by-itself").open = false;
  for (const card of page.querySelectorAll(".other")) quiet(card);
  call = { start: performance.now(), at: page.dataset.at, acts: [], shown: 0, rings: new Map(), asking: false };
  state(words.calling);
  $("dial").hidden = true;
  $("hang-up").hidden = false;
  for (const key of page.querySelectorAll(".keypad .key")) key.disabled = false;
  page.classList.add("live");
  sound.ring("caller", false);
  $("hang-up").focus({ preventScroll: true });
  renew();
}

function end(said) {
  const over = call;
  over.done = true;
  sound.hush();
  page.classList.remove("live");
  state(said);
  $("dial").hidden = false;
  $("dial").textContent = words.again;
  $("hang-up").hidden = true;
  for (const key of page.querySelectorAll(".keypad .key")) key.disabled = true;
  for (const card of page.querySelectorAll(".other")) quiet(card, true);
  if (over.picture) {
    const drawn = new DOMParser().parseFromString(over.picture, "text/html").body.firstElementChild;
    $("drawn").replaceChildren(drawn);
    $("picture").hidden = false;
  }
  for (const trouble of over.troubles ?? []) line({ at: elapsed(), who: "", words: trouble, kind: "trouble" });
  $("dial").focus({ preventScroll: true });
}

// ----------------------------------------------------------------------------------------------------- the picture

function state(said) {
  $("state").textContent = said;
}

function line(one) {
  const item = document.createElement("p");
  item.className = one.kind === "hears" ? "speech" : "deed";
  if (one.ring) item.classList.add("theirs");
  const when = document.createElement("span");
  when.className = "when number";
  when.textContent = clock(one.at);
  const who = document.createElement("strong");
  who.textContent = one.label ?? one.who;
  const what = document.createElement(one.says ? "q" : "span");
  what.textContent = one.says || one.words;
  if (one.language) what.lang = one.language;
  item.append(when, " ", who, " ", what);
  const log = $("spoken");
  log.append(item);
  log.scrollTop = log.scrollHeight;
}

function show(one) {
  const ring = one.ring;
  if (ring > 0) theirs(one);
  else ours(one);
  const twice = one.kind === "is connected" && ring > 0;
  if (one.kind !== "is listened to" && !twice) line(one);
}

function ours(one) {
  sound.still("caller");
  if (one.kind === "hears") {
    sound.say(one.says, one.language, false);
    state(page.dataset.name ?? $("you").textContent);
  } else if (one.kind === "is listened to") state(words.press);
  else if (one.kind === "presses") window.speechSynthesis?.cancel();
  else if (one.kind === "is connected") {
    window.speechSynthesis?.cancel();
    const peer = [...call.rings.values()].find((other) => other.state === "talking" || other.state === "screened");
    state(words.connected.replace("{who}", peer?.who ?? ""));
  }
}

function theirs(one) {
  const ring = call.rings.get(one.ring) ?? { number: one.ring, id: one.id, who: one.who };
  call.rings.set(one.ring, ring);
  const name = `ring ${one.ring}`;
  const card = cardOf(ring);
  if (one.kind === "rings") {
    ring.state = "ringing";
    sound.still("caller");
    sound.ring(name, true);
    state(words.rings.replace("{who}", one.who));
    hands(card, ring);
  } else if (one.kind === "picks up") {
    sound.still(name);
    ring.state = "screened";
    hands(card, ring);
  } else if (one.kind === "hears") {
    sound.say(one.says, one.language, true);
    card.querySelector("[data-said]").textContent = `“${one.says}”`;
  } else if (one.kind === "presses") window.speechSynthesis?.cancel();
  else if (one.kind === "is connected") {
    ring.state = "talking";
    card.querySelector("[data-said]").textContent = "";
    hands(card, ring);
  } else if (one.kind !== "is listened to") {
    sound.still(name);
    if (ring.state === "screened") window.speechSynthesis?.cancel();
    ring.state = "over";
    quiet(card, false, one.words);
  }
}

function cardOf(ring) {
  let card = page.querySelector(`.other[data-who="${CSS.escape(ring.id)}"]`);
  if (!card) {
    card = document.createElement("div");
    card.className = "card other";
    card.dataset.who = ring.id;
    card.setAttribute("role", "group");
    card.setAttribute("aria-label", ring.who);
    card.innerHTML = '<p class="row apart"><strong></strong> <span class="badge" data-state></span></p><p class="said soft small" data-said></p><div class="row" data-hands></div>';
    card.querySelector("strong").textContent = ring.who;
    $("others").append(card);
  }
  return card;
}

function hands(card, ring) {
  card.classList.remove("ringing", "screened", "talking");
  card.classList.add("busy", ring.state);
  const badge = card.querySelector("[data-state]");
  badge.dataset.usual ??= badge.textContent;
  badge.textContent = words[ring.state];
  badge.className = `badge ${{ ringing: "warn", screened: "accent", talking: "good" }[ring.state]}`;
  const n = ring.number;
  const keys = { accept: card.dataset.accept ?? page.dataset.accept, decline: card.dataset.pass ?? page.dataset.pass };
  const offered = {
    ringing: [["answer", () => act("answer", n), "main"], ["pass", () => act("pass", n)], ["ignore", () => sound.still(`ring ${n}`)], ["voicemail", () => act("voicemail", n)], ["busy", () => act("busy", n)]],
    screened: [["accept", () => act("press", n, keys.accept), "main"], ["decline", () => act("press", n, keys.decline)], ["hangs", () => act("hang up", n), "danger"]],
    talking: [["hangs", () => act("hang up", n), "danger"]],
  }[ring.state];
  const place = card.querySelector("[data-hands]");
  const held = place.contains(document.activeElement);
  place.replaceChildren(
    ...offered.map(([word, done, kind]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = `button small ${kind ?? ""}`;
      button.textContent = words[word].replace("{key}", keys[word]);
      button.dataset.act = word;
      button.addEventListener("click", done);
      return button;
    }),
  );
  if (held) place.querySelector("button")?.focus();
}

function quiet(card, keep = false, said = "") {
  const held = card.contains(document.activeElement);
  card.classList.remove("busy", "ringing", "screened", "talking");
  const badge = card.querySelector("[data-state]");
  badge.className = "badge";
  if (badge.dataset.usual) badge.textContent = badge.dataset.usual;
  card.querySelector("[data-hands]").replaceChildren();
  if (!keep) card.querySelector("[data-said]").textContent = said;
  if (held && call && !call.done) $("hang-up").focus();
}

// ---------------------------------------------------------------------------------------------------------- hands

if (page) {
  page.hidden = false;
  $("by-itself").open = false;
  if (edited()) $("hint").append(` (${words.edited})`);
  $("dial").addEventListener("click", dial);
  $("hang-up").addEventListener("click", () => act("hang up"));
  $("sound").addEventListener("change", () => $("sound").checked || window.speechSynthesis?.cancel());
  for (const key of page.querySelectorAll(".keypad .key")) key.addEventListener("click", () => act("press", 0, key.dataset.key));
  document.addEventListener("keydown", (pressed) => {
    if (pressed.ctrlKey || pressed.altKey || pressed.metaKey || !"0123456789*#".includes(pressed.key)) return;
    if (pressed.target.closest?.("input, select, textarea") || !call || call.done) return;
    const card = pressed.target.closest?.(".other");
    const ring = card && [...call.rings.values()].find((one) => one.id === card.dataset.who && one.state === "screened");
    act("press", ring ? ring.number : 0, pressed.key);
    const key = page.querySelector(`.keypad [data-key="${CSS.escape(pressed.key)}"]`);
    if (!ring && key) {
      key.classList.add("down");
      setTimeout(() => key.classList.remove("down"), 150);
    }
  });
  setInterval(tick, TICK);
  addEventListener("pagehide", () => sound.hush());
}
