// Reads what callers hear aloud, in the voice of the browser that comes nearest. Without speech there is no button.

const speech = window.speechSynthesis;
let speaking = null;

function voiceFor(locale, carriers) {
  const wanted = locale.toLowerCase();
  const name = (carriers.split(/[.-]/)[1] || "").toLowerCase();
  const known = speech.getVoices();
  const same = known.filter((voice) => voice.lang.replace("_", "-").toLowerCase() === wanted);
  const near = known.filter((voice) => voice.lang.slice(0, 2).toLowerCase() === wanted.slice(0, 2));
  return same.find((voice) => name && voice.name.toLowerCase().includes(name)) || same[0] || near[0] || null;
}

function stop() {
  speech.cancel();
  if (speaking) {
    speaking.setAttribute("aria-pressed", "false");
    speaking.textContent = speaking.dataset.say;
    speaking = null;
  }
}

function say(words, button) {
  const was = speaking;
  stop();
  if (was === button) {
    return;
  }
  const utterance = new SpeechSynthesisUtterance(words.textContent);
  utterance.lang = words.lang;
  utterance.voice = voiceFor(words.lang, words.dataset.voice);
  utterance.onend = utterance.onerror = () => speaking === button && stop();
  speaking = button;
  button.setAttribute("aria-pressed", "true");
  button.textContent = words.dataset.stop;
  speech.speak(utterance);
}

if (speech && window.SpeechSynthesisUtterance) {
  for (const words of document.querySelectorAll("[data-speak]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small no-print";
    button.dataset.say = words.dataset.say;
    button.textContent = words.dataset.say;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => say(words, button));
    words.after(button);
  }
  window.addEventListener("pagehide", stop);
}
