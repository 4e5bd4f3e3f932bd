// Passing the call on: whom to ring, the number as it is read out, what to tell them, and what came of it.
export function connectTransfer(root, { send, say }) {
  const panel = document.getElementById("transfer");
  const form = root.querySelector("[data-transfer]");
  const target = document.getElementById("target");
  const phone = root.querySelector("[data-target-phone]");
  const text = document.getElementById("packet");

  function showPhone() {
    const chosen = target.selectedOptions[0];
    phone.hidden = !target.value;
    const note = chosen?.dataset.note ? `。${chosen.dataset.note}` : "";
    phone.textContent = target.value ? `${chosen.dataset.phone}　「${chosen.dataset.reading}」${note}` : "";
  }

  async function refresh() {
    const answer = await send("packet");
    if (answer) text.value = answer.packet;
  }

  target.addEventListener("change", showPhone);
  panel.addEventListener("toggle", () => { if (panel.open) refresh(); });
  root.querySelector("[data-copy-packet]").addEventListener("click", async () => {
    text.select();
    await navigator.clipboard?.writeText(text.value).catch(() => {});
    say("要約をコピーしました。");
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!target.value) {
      target.focus();
      say("取次ぎ先を選んでください。");
      return;
    }
    const result = document.getElementById("result");
    const state = await send("transfers", { to: target.value, result: result.value, target: "department" });
    if (!state) return;
    const done = `${target.value}への取次ぎ（${result.selectedOptions[0].textContent}）を記録しました。`;
    phone.textContent = done;
    say(done);
  });

  return (department) => {
    if ([...target.options].some((one) => one.value === department)) target.value = department;
    showPhone();
    if (panel.open) refresh();
    panel.open = true;
    panel.scrollIntoView({ block: "nearest" });
    target.focus({ preventScroll: true });
  };
}
