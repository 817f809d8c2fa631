// What was typed into a form comes back with the browser's back button. Pages are not stored, so it is kept by their
// address, until the tab is closed or somebody signs out. Without this, the form comes back empty.
//
// A page that answers a form has the address of that form (`data-at`) in the browser's history. Else the browser would
// have nothing to show for it later but a question whether to send the form again.

const KEPT = "hotline-typed";
const FORMS = "main form[method=post]";
const LEFT_OUT = ["hidden", "password", "file", "submit", "button"];

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !LEFT_OUT.includes(field.type));
}

const chosen = (field) => field.type === "checkbox" || field.type === "radio";
const action = (form) => form.getAttribute("action");

function typed(form) {
  return fieldsOf(form).map((field) => [field.name, field.value, chosen(field) ? field.checked : null]);
}

// Fields that the form does not have here, such as those of more places, are sent along unseen.
function giveBack(form, values) {
  const left = [...values];
  for (const field of fieldsOf(form)) {
    const place = left.findIndex(([name, value]) => name === field.name && (!chosen(field) || value === field.value));
    if (place < 0) continue;
    const [[, value, checked]] = left.splice(place, 1);
    if (chosen(field)) field.checked = checked;
    else field.value = value;
  }
  for (const [name, value, checked] of left) {
    if (!value || checked === false) continue;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
}

function kept() {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
}

function keep(form) {
  const now = { ...kept(), [location.href]: { action: action(form), typed: typed(form) } };
  if (fieldsOf(form).length) sessionStorage.setItem(KEPT, JSON.stringify(now));
}

document.addEventListener("submit", (event) => {
  if (event.target.matches(FORMS)) keep(event.target);
});

const answered = document.querySelector("main form[data-at]");
if (answered) {
  history.replaceState({ answered: true }, "", answered.dataset.at);
  keep(answered);
} else {
  const how = performance.getEntriesByType("navigation")[0]?.type;
  const { action: sent, typed: values } = kept()[location.href] ?? {};
  const found = [...document.querySelectorAll(FORMS)].find((form) => action(form) === sent && fieldsOf(form).length);
  if (found && (how === "back_forward" || (how === "reload" && history.state?.answered))) giveBack(found, values);
}
