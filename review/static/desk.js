// Keys, and the live progress of a second look. Every page works without this file.
"use strict";

const typed = (event) => {
  if (event.key.length === 1 || event.key === "Enter") return event.key.toLowerCase();
  // With a Japanese input method on, the key itself is hidden, and only its place is told.
  return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = typed(event);
  if (!key || (key === "enter" && event.target.closest("a, button, summary"))) return;
  const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!found) return;
  event.preventDefault();
  if (found.matches("a, button")) found.click();
  else found.focus();
});

// A decision is sent once, however often its key is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
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
