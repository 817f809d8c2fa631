// Records what callers are to hear, and offers it as the WAV file that belongs into call_flows/sounds. Nothing is sent.

const RATE = 8000; // a phone carries no more
const LONGEST = 60;
const AUDIBLE = 0.02;
const LEAD = 0.15; // seconds of quiet that stay before the first word
const LOUDNESS = 0.1; // -20 dB
const PEAK = 0.9;

function trimmed(samples) {
  const first = samples.findIndex((one) => Math.abs(one) > AUDIBLE);
  let last = samples.length - 1;
  while (last > 0 && Math.abs(samples[last]) <= AUDIBLE) {
    last -= 1;
  }
  return first < 0 ? samples : samples.subarray(Math.max(0, first - LEAD * RATE), last + 1 + LEAD * RATE);
}

function louder(samples) {
  const heard = samples.filter((one) => Math.abs(one) > AUDIBLE);
  const loudness = Math.sqrt(heard.reduce((sum, one) => sum + one * one, 0) / (heard.length || 1));
  const peak = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const gain = loudness ? Math.min(LOUDNESS / loudness, PEAK / peak) : 1;
  return samples.map((one) => one * gain);
}

function wav(samples) {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const text = (at, words) => [...words].forEach((one, place) => view.setUint8(at + place, one.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 2, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((one, place) => view.setInt16(44 + place * 2, Math.round(one * 32767), true));
  return new Blob([view.buffer], { type: "audio/wav" });
}

async function asWav(recorded) {
  const context = new AudioContext();
  const sound = await context.decodeAudioData(await recorded.arrayBuffer());
  context.close();
  const slow = new OfflineAudioContext(1, Math.max(1, Math.ceil(sound.duration * RATE)), RATE);
  const source = slow.createBufferSource();
  source.buffer = sound;
  source.connect(slow.destination);
  source.start();
  return wav(louder(trimmed((await slow.startRendering()).getChannelData(0))));
}

function offer(words, button, file) {
  const address = URL.createObjectURL(file);
  const offered = document.createElement("div");
  offered.className = "spoken recorded no-print";
  const player = document.createElement("audio");
  player.controls = true;
  player.src = address;
  const link = document.createElement("a");
  link.className = "button small";
  link.href = address;
  link.download = words.dataset.record;
  link.textContent = words.dataset.recordSave;
  const where = document.createElement("span");
  where.className = "soft small";
  where.textContent = words.dataset.recordWhere;
  offered.append(player, link, where);
  button.offered?.remove();
  button.offered = offered;
  words.parentElement.after(offered);
}

async function record(words, button) {
  if (button.recorder) {
    button.recorder.stop();
    return;
  }
  let microphone;
  try {
    microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    button.textContent = words.dataset.recordDenied;
    return;
  }
  const pieces = [];
  const recorder = new MediaRecorder(microphone);
  button.recorder = recorder;
  recorder.ondataavailable = (event) => pieces.push(event.data);
  recorder.onstop = async () => {
    microphone.getTracks().forEach((track) => track.stop());
    button.recorder = null;
    button.textContent = words.dataset.recordStart;
    button.setAttribute("aria-pressed", "false");
    offer(words, button, await asWav(new Blob(pieces, { type: recorder.mimeType })));
  };
  recorder.start();
  button.textContent = words.dataset.recordStop;
  button.setAttribute("aria-pressed", "true");
  setTimeout(() => recorder.state === "recording" && recorder.stop(), LONGEST * 1000);
}

if (navigator.mediaDevices && window.MediaRecorder) {
  for (const words of document.querySelectorAll("[data-record]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small no-print";
    button.textContent = words.dataset.recordStart;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => record(words, button));
    words.after(button);
  }
}
