// Plays a sample call into the page's own socket as a recogniser would: growing interim pieces, then the final one.
const STEP_MS = 400;

export class Player {
  constructor(root, send, say) {
    this.send = send;
    this.say = say;
    this.button = root.querySelector("[data-play]");
    this.speed = root.querySelector("[data-speed]");
    this.bar = root.querySelector("[data-played]");
    this.at = 0;
    this.next = 0;
    this.running = false;
    this.button.addEventListener("click", () => this.toggle());
  }

  async load(sample) {
    const response = await fetch(`/staff/desk/assist/samples/${encodeURIComponent(sample)}`, { headers: { accept: "application/json" } });
    if (!response.ok) return;
    this.said = (await response.json()).said;
    this.bar.max = this.said.at(-1).end_ms;
    const key = `madoguchi:played:${location.pathname}`;
    // A page that is loaded again does not say everything twice.
    this.next = Number(sessionStorage.getItem(key) ?? 0);
    this.kept = key;
    this.at = this.next ? this.said[Math.min(this.next, this.said.length) - 1].end_ms : 0;
    this.toggle();
  }

  toggle() {
    if (!this.said || this.next >= this.said.length) return;
    this.running = !this.running;
    this.button.textContent = this.running ? "一時停止" : "再生";
    if (this.running) {
      this.before = performance.now();
      this.step();
    }
  }

  step() {
    if (!this.running) return;
    const now = performance.now();
    this.at += (now - this.before) * Number(this.speed.value);
    this.before = now;
    this.bar.value = Math.min(this.at, this.bar.max);
    while (this.next < this.said.length && this.said[this.next].end_ms <= this.at) this.finish(this.said[this.next]);
    const current = this.said[this.next];
    if (!current) {
      this.running = false;
      this.button.textContent = "再生を終えました";
      this.button.disabled = true;
      this.say("見本の通話が終わりました。");
      return;
    }
    if (current.start_ms < this.at) this.murmur(current);
    setTimeout(() => this.step(), STEP_MS / Number(this.speed.value) ** 0.5);
  }

  finish(one) {
    this.send({ speaker: one.speaker, text: one.text, start_ms: one.start_ms, end_ms: one.end_ms, confidence: 0.94 });
    this.next += 1;
    sessionStorage.setItem(this.kept, String(this.next));
  }

  murmur(one) {
    const share = (this.at - one.start_ms) / (one.end_ms - one.start_ms);
    const text = one.text.slice(0, Math.max(1, Math.floor(one.text.length * share)));
    this.send({ speaker: one.speaker, text, start_ms: one.start_ms, end_ms: one.end_ms, final: false });
  }
}
