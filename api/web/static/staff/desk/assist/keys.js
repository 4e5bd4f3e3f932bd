// 1–3 open an answer, Enter uses it, / searches, Esc goes back, Ctrl+Enter ends the call. Never while somebody types.
const FIELDS = "input, select, textarea, [contenteditable]";
const SWITCH = "madoguchi:assist-keys";

export function listenToKeys(root, answers) {
  const use = document.getElementById("use-keys");
  use.checked = localStorage.getItem(SWITCH) !== "off";
  use.addEventListener("change", () => localStorage.setItem(SWITCH, use.checked ? "on" : "off"));

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat) return;
    const at = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      document.getElementById("finish").requestSubmit();
      return;
    }
    if (event.key === "Escape") {
      root.dispatchEvent(new Event("assist:escape"));
      if (at.matches(FIELDS)) at.blur();
      if (answers.list.contains(at)) answers.leave();
      return;
    }
    if (!use.checked || event.ctrlKey || event.altKey || event.metaKey || at.matches(FIELDS)) return;
    if (event.key === "/") {
      event.preventDefault();
      document.getElementById("query").focus();
    } else if (["1", "2", "3"].includes(event.key)) {
      event.preventDefault();
      answers.openPlace(Number(event.key) - 1);
    } else if (event.key === "Enter" && !at.matches("a, button, summary")) {
      event.preventDefault();
      answers.useOpen();
    }
  });
}
