// The transcript: follows the newest piece only while its end is in sight, so that reading back is never disturbed.
const NAMES = { citizen: "市民", operator: "自分", bot: "自動音声" };
const NEAR_PX = 40;

function clock(ms) {
  const secs = Math.floor(ms / 1000);
  return `${Math.floor(secs / 60)}:${String(secs % 60).padStart(2, "0")}`;
}

export class Talk {
  constructor(root) {
    this.box = root.querySelector("[data-said-box]");
    this.list = root.querySelector("[data-said]");
    this.interim = root.querySelector("[data-interim]");
    this.empty = root.querySelector("[data-said-empty]");
    this.toEnd = root.querySelector("[data-to-end]");
    this.memos = root.querySelector("[data-memos]");
    this.count = 0;
    this.memoCount = 0;
    this.toEnd.querySelector("button").addEventListener("click", () => {
      this.follow();
      this.toEnd.hidden = true;
    });
    this.following = true;
    this.box.addEventListener("scroll", () => {
      this.following = this.atEnd();
      if (this.following) this.toEnd.hidden = true;
    });
    new ResizeObserver(() => { if (this.following) this.follow(); }).observe(this.box);
  }

  atEnd() {
    return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < NEAR_PX;
  }

  follow() {
    this.following = true;
    this.box.scrollTop = this.box.scrollHeight;
  }

  add(first, segments, interim) {
    for (const [place, one] of segments.entries()) {
      if (first + place < this.count) continue;
      this.list.append(this.line(one));
      this.count += 1;
    }
    this.interim.hidden = !interim;
    this.interim.textContent = interim ? `${NAMES[interim.speaker]}：${interim.text}…` : "";
    this.empty.hidden = this.count > 0 || Boolean(interim);
    if (this.following) this.follow();
    else if (segments.length) this.toEnd.hidden = false;
  }

  line(one) {
    const item = document.createElement("li");
    item.className = one.handed ? `${one.speaker} handed` : one.speaker;
    const speaker = document.createElement("span");
    speaker.className = "speaker";
    const toBot = one.handed && one.speaker === "citizen" ? "（自動音声へ）" : "";
    speaker.textContent = `${NAMES[one.speaker]}${toBot} ${one.end_ms ? clock(one.start_ms) : ""}`;
    const words = document.createElement("span");
    words.className = "words";
    words.textContent = one.text;
    if (one.confidence !== null && one.confidence < 0.6) {
      words.classList.add("doubtful");
      words.title = "聞き取りに自信がありません";
    }
    item.append(speaker, words);
    return item;
  }

  showMemos(memos, say) {
    for (const one of memos.slice(this.memoCount)) {
      const line = document.createElement("p");
      line.className = "memo";
      line.textContent = `責任者から：${one.text}`;
      this.memos.append(line);
      say(line.textContent);
    }
    this.memoCount = Math.max(this.memoCount, memos.length);
  }
}
