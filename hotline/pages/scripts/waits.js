// What an edit does to waits takes seconds to compute. The page with all else that changes comes without it, and it is
// asked for then. Without this script a button asks.

const box = document.getElementById("waits");
const form = box?.querySelector("form");

async function ask() {
  const button = form.querySelector("button");
  const making = form.querySelector("p");
  [button.hidden, making.hidden] = [true, false];
  const sent = new URLSearchParams(new FormData(form));
  sent.append(button.name, button.value);
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: sent });
    if (answer.ok && !answer.redirected) {
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("waits");
      box.replaceChildren(...(found?.childNodes ?? []));
      return;
    }
  } catch {
    // offline, or the server starts anew: the button asks again
  }
  [button.hidden, making.hidden] = [false, true];
}

if (form) ask();
