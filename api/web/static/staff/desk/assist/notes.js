// The record's side: which FAQ were used, and what has to be read back after a booking.
export class Notes {
  constructor(root, answers) {
    this.list = root.querySelector("[data-used]");
    this.empty = root.querySelector("[data-used-empty]");
    this.answers = answers;
    this.shown = "";
    this.category = document.getElementById("category");
    this.category.addEventListener("change", () => { this.category.dataset.own = "1"; });
    followBooking(document.getElementById("booking"), root.querySelector("[data-read-back]"));
  }

  take(state) {
    const now = state.used.map((one) => one.faq_id).join();
    if (now === this.shown) return;
    this.shown = now;
    this.empty.hidden = state.used.length > 0;
    this.list.replaceChildren(...state.used.map((one) => this.line(one)));
    const first = state.used.find((one) => [...this.category.options].some((option) => option.value === one.category));
    if (!this.category.dataset.own && first) this.category.value = first.category;
  }

  line(card) {
    const item = document.createElement("li");
    const text = document.createElement("span");
    text.textContent = `${card.question}（${card.faq_id} 第${card.version}版）`;
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "small";
    undo.textContent = "取り消す";
    undo.setAttribute("aria-label", `「${card.question}」を取り消す`);
    undo.addEventListener("click", () => {
      document.getElementById("notes").focus({ preventScroll: true });
      this.answers.act(card.faq_id, "faq_unused");
    });
    item.append(text, undo);
    return item;
  }
}

export function followBooking(booking, items) {
  const show = () => { items.hidden = !["new", "change"].includes(booking.value); };
  booking.addEventListener("change", show);
  show();
}
