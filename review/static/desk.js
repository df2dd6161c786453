// Keys, what becomes of a page of which only a part was loaded, and the live progress of a second look. Every page works
// without this file and without htmx.
"use strict";

const typed = (event) => {
  if (event.key.length === 1 || event.key === "Enter" || event.key.startsWith("Arrow")) return event.key.toLowerCase();
  // With a Japanese input method on, the key itself is hidden, and only its place is told.
  return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
};

// Whoever talks to the computer, or hits keys by mistake, switches single keys off. The browser remembers it.
const keysAreOff = () => {
  try {
    return window.localStorage.getItem("keys") === "off";
  } catch {
    return false; // where nothing may be remembered
  }
};
const showKeys = () => {
  document.documentElement.dataset.keys = keysAreOff() ? "off" : "on";
  for (const box of document.querySelectorAll("[data-keys-switch]")) {
    box.checked = !keysAreOff();
    box.closest("[hidden]")?.removeAttribute("hidden");
  }
};
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-switch]")) return;
  try {
    window.localStorage.setItem("keys", event.target.checked ? "on" : "off");
  } catch {
    // It stays as it was, and the box shows it.
  }
  showKeys();
});
window.addEventListener("storage", showKeys); // it was switched in another tab
showKeys();

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = typed(event);
  if (keysAreOff()) return;
  // While the list of keys is open, a key that is tried out must not decide anything.
  if (key !== "?" && CSS.supports("selector(:popover-open)") && document.querySelector(":popover-open")) return;
  if (!key || (key === "enter" && event.target.closest("a, button, summary"))) return;
  const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!found) return;
  event.preventDefault();
  const folded = found.closest("details");
  if (folded) folded.open = true;
  if (found.matches("a, button")) found.click();
  else found.focus();
});

// A decision is sent once, however often its key is pressed. Before htmx sees it, so that it is held to this too.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  form.dataset.sent = "yes";
}, true);
// A page that comes back as it was left would show questions as open that are answered by now.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

// What a screen reader is told, because it does not notice by itself that a part of the page is another.
const tell = (part) => {
  const told = [...part.querySelectorAll("[data-tell]")].map((words) => words.textContent.trim());
  document.getElementById("told").textContent = told.join(" ");
};
document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.target;
  showKeys();
  if (part.id === "results") tell(part);
  if (part.id !== "main") return;
  const heading = part.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  tell(part);
});

const silent = (form, words = "") => {
  const alert = document.getElementById("silent");
  alert.textContent = words || alert.dataset.words;
  alert.hidden = false;
  if (form.dataset) delete form.dataset.sent;
};
document.addEventListener("htmx:beforeRequest", () => {
  document.getElementById("silent").hidden = true;
});
for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => silent(event.target));
}
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target, requestConfig } = event.detail;
  if (xhr.status === 401 || new URL(xhr.responseURL).pathname === "/login") {
    event.detail.shouldSwap = false;
    const here = window.location.pathname + window.location.search;
    window.location.assign(`/login?ended=1&next=${encodeURIComponent(here)}`);
    return;
  }
  const page = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/html");
  if (page && (xhr.status < 400 || target.id === "main")) return;
  event.detail.shouldSwap = false;
  silent(requestConfig.elt, page ? "" : xhr.responseText);
});

// The steps of a second look as they happen. A stream that breaks is resumed where it was, and no step shown twice.
for (const look of document.querySelectorAll("[data-events]")) {
  const list = document.querySelector(".steps");
  let seen = Number(look.dataset.seen);
  look.classList.add("scripted");
  const source = new EventSource(look.dataset.events);
  source.addEventListener("step", (event) => {
    const step = JSON.parse(event.data);
    if (step.position <= seen) return;
    seen = step.position;
    const item = document.createElement("li");
    item.className = `step-${step.code} fresh-step`;
    for (const [kind, words] of step.parts) {
      const part = document.createElement("span");
      part.className = kind;
      part.textContent = words;
      item.append(part, " ");
    }
    list.append(item);
  });
  source.addEventListener("progress", (event) => {
    const told = JSON.parse(event.data);
    look.querySelector("progress").value = told.pages;
    look.querySelector("#so-far").textContent = told.line;
    document.querySelector("h1 .state").textContent = told.label;
  });
  source.addEventListener("over", () => {
    source.close();
    window.location.reload();
  });
}

// A link to hand over is there to be copied.
for (const field of document.querySelectorAll("input[data-select]")) field.addEventListener("focus", () => field.select());
