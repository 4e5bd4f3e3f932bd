// The machine's draft beside the approved answers: sentence by sentence, each checked before it comes. Any trouble is a
// notice here and changes nothing else on the page.
import { events } from "/static/staff/events.js";

const WAIT_MS = 600;

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

export class Draft {
  constructor(root, session) {
    this.box = root.querySelector("[data-ai-draft]");
    this.jump = root.querySelector("[data-draft-jump]");
    this.url = `${session}/drafts`;
    this.needs = 0;
    this.timer = 0;
    this.running = null;
    if (!this.on) return;
    this.lines = element("ol", "", "draft-lines");
    this.lines.setAttribute("aria-live", "polite");
    this.note = element("p", "", "draft-note help");
    this.note.setAttribute("role", "status");
    this.again = element("button", "書き直す", "small");
    this.again.type = "button";
    this.again.hidden = true;
    this.again.addEventListener("click", () => this.write());
    const head = element("p", "", "draft-head");
    this.title = element("strong", "");
    this.chip = element("span", "確認してください", "chip");
    head.append(this.title, this.chip, this.again);
    this.box.append(head, this.lines, this.note);
  }

  get on() {
    return ["on", "asked"].includes(this.box?.dataset.aiDraft);
  }

  // A new draft when the citizen asked something an approved answer may serve: はい costs nothing. One at a time, and none
  // before the citizen has paused; where the city wants it, none before the operator asks for it.
  take(state) {
    if (!this.on || !state.suggestions.length || !state.needs || state.needs === this.needs) return;
    this.needs = state.needs;
    clearTimeout(this.timer);
    this.begin();
    if (this.box.dataset.aiDraft === "asked") this.offer();
    else this.timer = setTimeout(() => this.write(), WAIT_MS);
  }

  offer() {
    this.note.textContent = "必要なときに「下書きを作る」を押してください。";
    this.again.textContent = "下書きを作る";
    this.again.hidden = false;
    this.say("：作れます");
  }

  // The box may lie below what the window shows: its state stands above the cards too.
  say(state) {
    this.jump.hidden = false;
    this.jump.lastElementChild.textContent = state;
  }

  // What was written for an earlier question must not stand beside a new one.
  begin() {
    this.running?.abort();
    this.lines.replaceChildren();
    this.title.textContent = "AIによる下書き";
    this.chip.hidden = true;
    this.caught = "";
    this.noticed = "";
    this.note.textContent = "下書きを作っています…";
    this.box.hidden = false;
    this.again.hidden = true;
    this.say("：作っています…");
  }

  async write() {
    this.begin();
    this.again.textContent = "書き直す";
    const mine = new AbortController();
    this.running = mine;
    try {
      for await (const step of events(this.url, {}, mine.signal)) this.show(step);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.lines.replaceChildren();
      this.chip.hidden = true;
      this.note.textContent = error.message || "下書きを受け取れませんでした。承認済みの回答をご利用ください。";
      this.say("：ありません");
    }
    if (this.running === mine) this.again.hidden = false;
  }

  show(step) {
    if (step.step === "sentence") {
      const line = element("li", step.text);
      for (const one of step.citations) {
        const source = element("a", `${one.faq_id} 第${one.version}版`, "cite");
        source.href = `/staff/faqs/${encodeURIComponent(one.faq_id)}/ja`;
        source.title = one.question;
        line.append(" ", source);
      }
      this.lines.append(line);
      this.chip.hidden = false;
      this.say(`：${this.lines.childElementCount}文`);
    } else if (step.step === "rejected") {
      this.caught = step.reasons.join("、");
      this.note.textContent = `根拠と合わない文を止めました（${this.caught}）。書き直しています…`;
      this.say("：根拠と合わない文を止めました");
    } else if (step.step === "restart") {
      this.lines.replaceChildren();
      this.chip.hidden = true;
    } else if (step.step === "verbatim") {
      const line = element("li", step.text, "verbatim");
      const source = element("a", `${step.faq_id} 第${step.version}版`, "cite");
      source.href = `/staff/faqs/${encodeURIComponent(step.faq_id)}/ja`;
      line.append(" ", source);
      this.lines.replaceChildren(line);
      this.title.textContent = "承認済みの回答";
      this.chip.hidden = true;
    } else if (step.step === "notice") {
      this.noticed = step.text;
    } else if (step.step === "done") {
      this.note.textContent = this.ending(step.generated);
      this.say(step.generated ? `：${this.lines.childElementCount}文（確認してください）` : this.outcome());
    }
  }

  ending(generated) {
    if (generated) return "どの文も、示した版のFAQと照らし合わせています。";
    if (this.noticed) return this.noticed;
    if (this.caught) return `根拠と合わない文（${this.caught}）を止め、承認済みの回答をそのまま表示しています。`;
    return "下書きの代わりに、承認済みの回答をそのまま表示しています。";
  }

  outcome() {
    return this.caught ? "：根拠と合わない文を止め、承認済みの回答にしました" : "：ありません";
  }
}
