// A volunteer's own page: copies addresses, and opens from the home screen of their phone. What an installed app begins
// with is told to the makers of browsers, so it holds no key. The address is only in this browser, from installing on.

import { ownTimes } from "./parts/own_time.mjs";

const KEPT = "hotline-mine";
const $ = (id) => document.getElementById(id);

ownTimes();

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText($(button.dataset.copy).value);
    button.textContent = button.dataset.copied;
  });
}

const app = $("app");
const iPhone = "standalone" in navigator; // there, the page itself goes on the home screen, with its own address
if (app && !iPhone) {
  document.head.append(Object.assign(document.createElement("link"), { rel: "manifest", href: app.dataset.manifest }));
  let asked = null;
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    asked = event;
    $("install").hidden = false;
    $("how").hidden = true;
  });
  addEventListener("appinstalled", () => localStorage.setItem(KEPT, $("page-address").value));
  $("install")?.addEventListener("click", () => asked?.prompt());
}

const form = $("remember");
if (form) {
  const known = localStorage.getItem(KEPT);
  if (known) location.replace(known);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = URL.parse?.($("address").value.trim()) ?? null;
    const right = address?.origin === location.origin && address.pathname === form.dataset.page && address.search;
    $("wrong").hidden = Boolean(right);
    if (!right) return;
    localStorage.setItem(KEPT, address.href);
    location.replace(address.href);
  });
}
