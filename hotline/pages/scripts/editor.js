// The editor of a rota or a call flow: YAML with colours, names proposed, and what is wrong marked as one types.
// It stands in the place of the form's textarea, which holds its text and is what is sent. The server checks; nothing
// is decided here.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { completing } from "./parts/completing.mjs";

const PAUSE = 500; // milliseconds after the last key before the server is asked
const BUSY = 1_500; // milliseconds until a check is asked for again that there was no room for

const LOOK = EditorView.theme({
  "&": { fontSize: ".875rem", backgroundColor: "var(--card)", color: "var(--ink)" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "-3px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", maxHeight: "70vh", minHeight: "22rem" },
  ".cm-content": { caretColor: "var(--ink)", padding: ".5rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--sunk)", color: "var(--soft)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 55%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: ".375rem",
    boxShadow: "var(--shade)", font: ".875rem/1.45 var(--body)", maxWidth: "36rem",
  },
  ".cm-tooltip-autocomplete ul": { fontFamily: "var(--mono)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--accent-ink)" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--soft)", fontFamily: "var(--body)" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-diagnostic": { padding: ".4rem .75rem", borderLeftWidth: "4px" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--warn)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-diagnostic-info": { borderLeftColor: "var(--accent)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy 1.5px var(--warn)", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy 1.5px var(--warn)", textUnderlineOffset: "3px" },
  ".cm-lintRange-info": { backgroundImage: "none", textDecoration: "underline dotted 1.5px var(--accent)", textUnderlineOffset: "3px" },
  ".cm-panels": { backgroundColor: "var(--sunk)", color: "var(--ink)" },
  ".cm-panels input, .cm-panels button": { font: "inherit" },
  ".help": { display: "block", color: "var(--soft)" },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent-deep)", fontWeight: "600" },
  { tag: [tags.comment, tags.lineComment], color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--good)" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace, tags.meta], color: "var(--soft)" },
]);

// A browser that replaces selected words keeps their looks with an inline style, which the policy refuses: so here.
const OVER_SELECTION = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || event.data === null || view.state.selection.main.empty || view.composing) {
      return false;
    }
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

const form = document.querySelector("form.editing");
const text = form.querySelector("textarea");
const state = form.querySelector(".editing-state");
const review = document.getElementById("review");
let found = null; // the text that what is shown was found in
const problem = document.getElementById("problem"); // why the last save was refused: it is out of date once that is fixed

function makeEditor(words) {
  // In a shadow root the editor's style sheets are adopted ones, which a strict policy lets through (CSP 3, 6.1).
  const place = document.createElement("div");
  place.className = "editor";
  text.before(place);
  const root = place.attachShadow({ mode: "open" });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text.value,
      extensions: [
        lineNumbers(), highlightActiveLineGutter(), highlightSpecialChars(), history(), drawSelection(),
        highlightActiveLine(), highlightSelectionMatches(), search({ top: true }), closeBrackets(),
        autocompletion({ override: [completing(words)], icons: false }), yaml(), indentUnit.of("  "), lintGutter(),
        syntaxHighlighting(COLOURS), LOOK, OVER_SELECTION,
        EditorView.contentAttributes.of({ "aria-label": form.dataset.label, "aria-multiline": "true", tabindex: "0" }),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.updateListener.of((update) => update.docChanged && edited(update.view)),
      ],
    }),
  });
  text.hidden = true;
  form.querySelector("label").addEventListener("click", (event) => {
    event.preventDefault();
    view.focus();
  });
  return view;
}

// ------------------------------------------------------------------------------------------------------- checking

const saved = text.value;
let waiting = 0;
let pause = PAUSE; // as long as the last check took: a long rota is checked less often
let asking = null;
let leaving = false;

// The phone calls with what is not saved yet (scripts/phone.js): it finds it in this tab's own storage.
function tellPhone() {
  const known = JSON.parse(sessionStorage.getItem("hotline-edited") ?? "{}");
  delete known[form.dataset.path];
  if (text.value !== saved || !review.hidden) known[form.dataset.path] = text.value;
  if (Object.keys(known).length) sessionStorage.setItem("hotline-edited", JSON.stringify(known));
  else sessionStorage.removeItem("hotline-edited");
}

tellPhone();

function edited(view) {
  text.value = view.state.doc.toString();
  tellPhone();
  form.elements.reviewed.value = "";
  if (!("refused" in problem.dataset)) {
    problem.hidden = true;
  }
  clearTimeout(waiting);
  waiting = setTimeout(() => check(view), pause);
}

async function check(view) {
  asking?.abort();
  asking = new AbortController();
  const doc = view.state.doc;
  const began = performance.now();
  state.textContent = form.dataset.checking;
  try {
    const answer = await fetch(form.dataset.check, {
      method: "POST", body: new URLSearchParams(new FormData(form)), signal: asking.signal,
    });
    if (answer.status === 429) { // others are checking just now
      waiting = setTimeout(() => check(view), BUSY);
      return;
    }
    if (!answer.ok) {
      throw new Error(String(answer.status));
    }
    show(view, doc, await answer.json());
    pause = Math.max(PAUSE, performance.now() - began);
  } catch (error) {
    if (error.name !== "AbortError") {
      state.textContent = form.dataset.lost;
    }
  }
}

function show(view, doc, answer) {
  if (view.state.doc !== doc) {
    return; // edited since: the next answer is on its way
  }
  form.elements.reviewed.value = answer.reviewed;
  view.dispatch(setDiagnostics(view.state, answer.findings.map((one) => diagnostic(doc, one))));
  found = doc;
  review.innerHTML = answer.html; // words that our own server has escaped
  review.hidden = false;
  document.getElementById("to-review").hidden = answer.findings.length === 0;
  if ("refused" in problem.dataset) {
    problem.hidden = !answer.refused;
  }
  state.textContent = answer.stale ? form.dataset.theirs : answer.summary;
}

function diagnostic(doc, one) {
  const line = doc.line(Math.min(Math.max(one.line, 1), doc.lines));
  const from = line.from + units(line.text, one.column - 1);
  const to = Math.min(line.from + units(line.text, one.column - 1 + one.length), line.to);
  return {
    from: Math.min(from, line.to),
    to: Math.max(to, Math.min(from, line.to)),
    severity: one.severity === "note" ? "info" : one.severity,
    message: `${one.message} ${one.help}`,
    renderMessage() {
      const whole = document.createElement("div");
      const help = document.createElement("span");
      help.className = "help";
      help.textContent = one.help;
      whole.append(one.message, help);
      return whole;
    },
  };
}

// Columns count characters; a string here counts halves of some.
function units(string, characters) {
  return [...string].slice(0, characters).join("").length;
}

// ----------------------------------------------------------------------------------------------------------- start

async function start() {
  let words = { fields: {}, values: {}, names: {} };
  try {
    words = await (await fetch(form.dataset.words)).json();
  } catch {
    // without them nothing is proposed
  }
  const view = makeEditor(words);
  if (!review.hidden) {
    check(view);
  }
  review.addEventListener("click", (event) => {
    const fix = event.target.closest("button[data-text]");
    if (fix) {
      mend(view, fix.dataset);
    }
    const link = event.target.closest("a[data-line]");
    if (link) {
      event.preventDefault();
      goTo(view, Number(link.dataset.line), Number(link.dataset.column));
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && text.value !== saved) {
      event.preventDefault();
    }
  });
  form.addEventListener("submit", () => {
    leaving = true;
  });
}

// Where the text was edited since, the place may be another: the next answer is on its way.
function mend(view, fix) {
  if (view.state.doc !== found) {
    return;
  }
  const line = view.state.doc.line(Number(fix.line));
  const from = line.from + units(line.text, Number(fix.column) - 1);
  const to = line.from + units(line.text, Number(fix.column) - 1 + Number(fix.length));
  view.dispatch({ changes: { from, to, insert: fix.text }, selection: { anchor: from + fix.text.length } });
  view.focus();
}

function goTo(view, number, column) {
  const line = view.state.doc.line(Math.min(number, view.state.doc.lines));
  const at = Math.min(line.from + units(line.text, column - 1), line.to);
  view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
  view.focus();
}

start();
