// The machine's summary of a call beside the record's own fields: nothing is filled in before a person says so.
const FIELDS = { inquiry: "用件", answer: "回答", action: "対応", remaining: "残っていること" };

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

export function offerSummary(box) {
  const record = box?.dataset.aiSummary;
  if (!record) return;
  const head = element("p", "", "draft-head");
  const make = element("button", "AIで要約を作る", "small");
  make.type = "button";
  head.append(element("strong", "AIによる下書き"), element("span", "確認してください", "chip"), make);
  const list = element("dl", "", "draft-parts");
  const note = element("p", "", "draft-note help");
  note.setAttribute("role", "status");
  box.append(head, list, note);
  box.hidden = false;
  make.addEventListener("click", async () => {
    make.disabled = true;
    note.textContent = "要約を作っています…";
    list.replaceChildren();
    try {
      const response = await fetch(`/v1/assist/records/${encodeURIComponent(record)}/summary`, { method: "POST", headers: { accept: "application/json" } });
      const made = await response.json();
      if (!response.ok) throw new Error(made.detail);
      show(made, list);
      const held = Object.keys(made.refused).map((name) => FIELDS[name]);
      note.textContent = held.length ? `通話にない内容があったため、${held.join("、")}は表示していません。` : "通話と使ったFAQにある内容だけです。確かめてから記録に入れてください。";
    } catch (error) {
      note.textContent = error.message || "要約を受け取れませんでした。記録はこのまま続けられます。";
    }
    make.disabled = false;
  });
}

function show(made, list) {
  for (const [name, label] of Object.entries(FIELDS)) {
    const text = made.parts[name];
    if (!text) continue;
    const row = element("div", "");
    const use = element("button", `${label}に入れる`, "small");
    use.type = "button";
    use.addEventListener("click", () => {
      const field = document.getElementById(name);
      field.value = text;
      field.focus();
    });
    const value = element("dd", text);
    value.append(" ", use);
    row.append(element("dt", label), value);
    list.append(row);
  }
}
