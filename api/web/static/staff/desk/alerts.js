// The watch page hears of a new alert at once, says it, and lets a supervisor answer with one key while in an alert.
import { Socket } from "/static/staff/desk/assist/socket.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const said = document.getElementById("alerts-said");
const title = document.title;
let place = null;

const section = () => document.getElementById("alerts");
const all = () => [...section().querySelectorAll("li")];
const refresh = () => window.htmx?.trigger(document.body, "alerts");
let known = new Set(all().map((one) => one.id));

function show() {
  const now = all();
  const fresh = now.filter((one) => !known.has(one.id));
  if (fresh.length) {
    said.textContent = fresh.map((one) => `新しい知らせ：${one.dataset.rule}${one.dataset.operator ? `（${one.dataset.operator} さん）` : ""}`).join("、");
  }
  known = new Set(now.map((one) => one.id));
  document.title = now.length ? `（${now.length}件）${title}` : title;
}

// Whoever works in the list stays in it: at the same alert, at the one that took its place, or at the heading.
function focusAgain() {
  if (!place) return;
  const { id, index, button } = place;
  place = null;
  const list = all();
  const row = document.getElementById(id) ?? list[Math.min(index, list.length - 1)];
  const target = row && (document.getElementById(button) ?? row.querySelector("button"));
  (target ?? document.getElementById("alerts-title")).focus();
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "alerts") return;
  const at = document.activeElement;
  const row = at?.closest?.("#alerts li");
  if (row) place = { id: row.id, index: all().indexOf(row), button: at.id };
});
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt.id !== "alerts") return;
  show();
  focusAgain();
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("#alerts li");
  if (!row || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
  const step = STEPS[event.key];
  if (step) {
    event.preventDefault();
    const list = all();
    list[list.indexOf(row) + step]?.querySelector("button").focus();
    return;
  }
  const button = row.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  button.focus();
  button.click();
});

show();
new Socket("/v1/assist/alerts/ws", () => 0, { message: refresh, state: () => {}, gone: () => location.reload() });
