// Keeps what is typed in the editor in this tab, so that an expired login or a closed page loses nothing.
const SENT = "madoguchi:sent";
const SKIPPED = new Set(["csrf_token", "revision"]);

function valuesOf(form) {
  return Object.fromEntries([...new FormData(form)].filter(([name]) => !SKIPPED.has(name)));
}

// The page after a save confirms it: only then may what was kept be forgotten.
function forgetSaved() {
  const key = sessionStorage.getItem(SENT);
  if (key && document.querySelector(".notice.done")) sessionStorage.removeItem(key);
  sessionStorage.removeItem(SENT);
}

export function keepInput(form) {
  forgetSaved();
  if (!form) return;
  const key = `madoguchi:${form.dataset.keep}`;
  const first = JSON.stringify(valuesOf(form));
  const kept = sessionStorage.getItem(key);
  const offer = document.querySelector(".restore");
  let dirty = false;

  if (kept && kept !== first && offer) {
    offer.hidden = false;
    offer.querySelector("[data-restore]").addEventListener("click", () => {
      for (const [name, value] of Object.entries(JSON.parse(kept))) {
        if (form.elements[name]) form.elements[name].value = value;
      }
      offer.hidden = true;
      form.dispatchEvent(new Event("input", { bubbles: true }));
      form.querySelector("textarea, input:not([type=hidden])").focus();
    });
    offer.querySelector("[data-forget]").addEventListener("click", () => {
      sessionStorage.removeItem(key);
      offer.hidden = true;
    });
  }
  form.addEventListener("input", () => {
    dirty = true;
    sessionStorage.setItem(key, JSON.stringify(valuesOf(form)));
  });
  form.addEventListener("submit", () => {
    dirty = false;
    sessionStorage.setItem(SENT, key);
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
}
