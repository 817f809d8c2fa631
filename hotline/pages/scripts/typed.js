// What was typed into a form comes back with the browser's back button. Pages are not stored, so it is kept by their
// address, until the tab is closed or somebody signs out. Without this, the form comes back empty.

const KEPT = "hotline-typed";
const FORMS = "main form[method=post]";
const LEFT_OUT = ["hidden", "password", "file", "submit", "button"];

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !LEFT_OUT.includes(field.type));
}

const chosen = (field) => field.type === "checkbox" || field.type === "radio";

function typed(form) {
  return fieldsOf(form).map((field) => [field.name, field.value, chosen(field) ? field.checked : null]);
}

function giveBack(form, values) {
  const left = [...values];
  for (const field of fieldsOf(form)) {
    const place = left.findIndex(([name, value]) => name === field.name && (!chosen(field) || value === field.value));
    if (place < 0) continue;
    const [[, value, checked]] = left.splice(place, 1);
    if (chosen(field)) field.checked = checked;
    else field.value = value;
  }
}

function kept() {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
}

document.addEventListener("submit", (event) => {
  const place = [...document.querySelectorAll(FORMS)].indexOf(event.target);
  const now = { ...kept(), [location.href]: { form: place, typed: typed(event.target) } };
  if (place >= 0 && fieldsOf(event.target).length) sessionStorage.setItem(KEPT, JSON.stringify(now));
});

if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") {
  const { form, typed: values } = kept()[location.href] ?? {};
  const found = document.querySelectorAll(FORMS)[form];
  if (found) giveBack(found, values);
}
