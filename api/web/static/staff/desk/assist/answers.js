// The three answers. While the pointer or the focus is among them nothing moves: what is newer waits and is announced.
const BANDS = { high: "確度 高", middle: "確度 中", low: "確度 低" };

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

export class Answers {
  constructor(root, tools) {
    this.tools = tools;
    this.list = root.querySelector("[data-cards]");
    this.empty = root.querySelector("[data-cards-empty]");
    this.fresh = root.querySelector("[data-fresh]");
    this.advice = root.querySelector("[data-advice]");
    this.template = document.getElementById("card");
    this.state = null;
    this.waiting = null;
    this.openId = "";
    this.chosen = false;
    this.shut = false;
    this.onState = () => {};
    this.fresh.querySelector("button").addEventListener("click", () => {
      this.show(this.waiting);
      this.focusCard(0);
    });
    this.list.addEventListener("pointerleave", () => this.release());
    this.list.addEventListener("focusout", () => setTimeout(() => this.release()));
  }

  get cards() {
    return this.state?.suggestions ?? [];
  }

  busy() {
    return this.list.matches(":hover") || this.list.contains(document.activeElement);
  }

  take(state) {
    const now = this.cards.map((one) => one.faq_id).join();
    const next = state.suggestions.map((one) => one.faq_id).join();
    if (now && now !== next && this.busy()) {
      if (!this.waiting) this.tools.say("新しい候補があります。");
      this.waiting = state;
      this.fresh.hidden = false;
      return;
    }
    if (now !== next && next) this.tools.say(`候補：${state.suggestions[0].question}`);
    this.show(state);
  }

  release() {
    if (this.waiting && !this.busy()) this.show(this.waiting);
  }

  show(state) {
    const before = new Map([...this.list.children].map((item) => [item.dataset.faq, item]));
    this.state = state;
    this.waiting = null;
    this.fresh.hidden = true;
    const there = this.cards.some((one) => one.faq_id === this.openId);
    if (!there || (!this.chosen && !this.shut)) {
      this.openId = this.shut ? "" : this.cards[0]?.faq_id ?? "";
      this.chosen = there && this.chosen;
    }
    const wanted = this.cards.map((card, place) => {
      const item = before.get(card.faq_id) ?? this.made(card);
      this.fill(item, card, place);
      return item;
    });
    // Untouched nodes stay in the document: moving one would take the focus away.
    if (wanted.some((item, place) => this.list.children[place] !== item) || this.list.children.length !== wanted.length) {
      this.list.replaceChildren(...wanted);
    }
    this.empty.hidden = wanted.length > 0;
    this.showAdvice(state);
  }

  made(card) {
    const item = this.template.content.firstElementChild.cloneNode(true);
    item.dataset.faq = card.faq_id;
    item.querySelector(".offer-open").addEventListener("click", () => this.toggle(card.faq_id));
    for (const button of item.querySelectorAll("[data-act]")) {
      button.addEventListener("click", () => this.act(card.faq_id, button.dataset.act));
    }
    return item;
  }

  fill(item, card, place) {
    const put = (selector, text) => { item.querySelector(selector).textContent = text; };
    put(".place", String(place + 1));
    put(".offer-question", card.question);
    put(".offer-short", card.answer.split("\n")[0]);
    put(".offer-answer", card.answer);
    const band = item.querySelector(".band");
    band.textContent = BANDS[card.band];
    band.className = `chip band ${card.band}`;
    this.part(item, "spoken", card.spoken === card.answer ? "" : card.spoken, ".value");
    this.part(item, "source", `${card.faq_id} 第${card.version}版`, "dd");
    this.part(item, "evidence", card.evidence, "dd");
    this.part(item, "department", card.department, "dd");
    this.part(item, "phone", card.phone ? `${card.phone}（${card.phone_reading}）` : "", "dd");
    this.part(item, "forms", card.forms.join("\n"), "dd");
    this.related(item, card.related);
    const used = card.mark === "used";
    item.classList.toggle("used", used);
    item.classList.toggle("wrong", card.mark === "wrong");
    item.querySelector(".offer-used").hidden = !used;
    item.querySelector('[data-act="faq_used"]').hidden = used;
    item.querySelector('[data-act="faq_unused"]').hidden = !used;
    this.setOpen(item, card.faq_id === this.openId);
  }

  part(item, name, text, selector) {
    const line = item.querySelector(`[data-part="${name}"]`);
    line.hidden = !text;
    line.querySelector(selector).textContent = text;
  }

  related(item, related) {
    const line = item.querySelector('[data-part="related"]');
    line.hidden = related.length === 0;
    line.querySelector("dd").replaceChildren(...related.map((one) => {
      const button = element("button", one.question, "plain");
      button.type = "button";
      button.addEventListener("click", () => this.pin(one.faq_id));
      return button;
    }));
  }

  setOpen(item, open) {
    item.classList.toggle("open", open);
    item.querySelector(".offer-open").setAttribute("aria-expanded", String(open));
    item.querySelector(".offer-body").hidden = !open;
    item.querySelector(".offer-short").hidden = open;
  }

  // Opening by hand is remembered and logged; what opens by itself is only shown.
  toggle(faqId) {
    const closing = this.openId === faqId;
    this.openId = closing ? "" : faqId;
    this.chosen = !closing;
    this.shut = closing;
    for (const item of this.list.children) this.setOpen(item, item.dataset.faq === this.openId);
    const card = this.cards.find((one) => one.faq_id === faqId);
    if (!closing && card && !card.mark) this.mark(faqId, "faq_viewed");
  }

  openPlace(place) {
    const card = this.cards[place];
    if (!card) return;
    if (this.openId !== card.faq_id) this.toggle(card.faq_id);
    else if (!card.mark) this.mark(card.faq_id, "faq_viewed");
    this.chosen = true;
    this.focusCard(place);
  }

  focusCard(place) {
    const item = this.list.children[place];
    item?.focus({ preventScroll: true });
    item?.scrollIntoView({ block: "nearest" });
  }

  leave() {
    document.getElementById("offers").focus({ preventScroll: true });
    this.release();
  }

  useOpen() {
    const card = this.cards.find((one) => one.faq_id === this.openId);
    if (card && card.mark !== "used") this.act(card.faq_id, "faq_used");
  }

  act(faqId, kind) {
    const card = this.cards.find((one) => one.faq_id === faqId) ?? this.state.used.find((one) => one.faq_id === faqId);
    if (kind === "pass") {
      this.tools.passOn(card);
      return;
    }
    this.mark(faqId, kind).then((taken) => {
      if (!taken) return;
      if (kind === "faq_used") this.tools.say("使ったFAQに加えました。");
      if (kind === "faq_unused") this.tools.say("取り消しました。");
      // Done with this one: the focus leaves the list, so that newer answers may come in.
      if (this.list.contains(document.activeElement) || document.activeElement === document.body) this.leave();
    });
  }

  async mark(faqId, kind) {
    const state = await this.tools.send("marks", { faq_id: faqId, kind });
    if (state) this.own(state);
    return state !== null;
  }

  async pin(faqId) {
    const state = await this.tools.send("pins", { faq_id: faqId });
    if (!state) return;
    this.openId = faqId;
    this.chosen = true;
    this.shut = false;
    this.own(state);
    this.focusCard(0);
  }

  // An answer to what the operator has just done is shown at once: this is no change behind their back.
  own(state) {
    const same = state.suggestions.length === this.cards.length && state.suggestions.every((one, place) => one.faq_id === this.cards[place].faq_id);
    const newer = this.waiting?.revision > state.revision ? this.waiting : null;
    if (same || !this.waiting) this.show(state);
    if (newer) {
      this.waiting = newer;
      this.fresh.hidden = false;
    }
    this.onState(state);
  }

  showAdvice(state) {
    const title = state.advice_title;
    this.advice.hidden = !title;
    this.advice.className = `advice ${state.advice}`;
    if (!title) return;
    const parts = [element("p", title, "advice-title"), element("p", state.advice_text)];
    if (state.advice_options.length) parts.push(element("p", state.advice_options.join(" ／ "), "sub"));
    if (state.hand_over_phone) {
      parts.push(element("p", `${state.hand_over_to}　${state.hand_over_phone}`, "advice-target"));
      const line = element("p", "", "actions");
      const button = element("button", "この相手へ取り次ぐ", "small");
      button.type = "button";
      button.addEventListener("click", () => this.tools.passOn({ department: state.hand_over_to }));
      line.append(button);
      parts.push(line);
    }
    this.advice.replaceChildren(...parts);
  }
}
