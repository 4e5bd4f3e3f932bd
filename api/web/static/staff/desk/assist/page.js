// A call in progress: wires the socket, the transcript, the answers, the notes and the keys together.
import { Answers } from "/static/staff/desk/assist/answers.js";
import { Draft } from "/static/staff/desk/assist/draft.js";
import { listenToKeys } from "/static/staff/desk/assist/keys.js";
import { Notes } from "/static/staff/desk/assist/notes.js";
import { Player } from "/static/staff/desk/assist/player.js";
import { connectSearch } from "/static/staff/desk/assist/search.js";
import { Socket } from "/static/staff/desk/assist/socket.js";
import { Talk } from "/static/staff/desk/assist/talk.js";
import { connectTransfer } from "/static/staff/desk/assist/transfer.js";

const root = document.getElementById("assist");
const session = `/v1/assist/sessions/${root.dataset.session}`;
const announcer = root.querySelector("[data-say]");
const stateLine = root.querySelector("[data-state-line]");
const hand = root.querySelector("[data-hand]");
let connected = false;
let leaving = false;
let notes = [];
let newest = -1;

function say(text) {
  announcer.textContent = "";
  setTimeout(() => { announcer.textContent = text; }, 50);
}

// Programs and pages use the same routes; what the server refuses is said in its own words.
async function send(path, body) {
  try {
    const response = await fetch(path.startsWith("/") ? path : `${session}/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json();
    if (response.ok) return answer;
    showState(answer.detail ?? "処理できませんでした。もう一度お試しください。", true);
  } catch {
    showState("窓口につながりません。ネットワークを確かめてください。", true);
  }
  return null;
}

function showState(text, bad = false) {
  stateLine.textContent = text;
  stateLine.classList.toggle("bad", bad);
}

const WORDS = {
  flood: "発話が多すぎたため、一部を受け取れませんでした",
  transcript_full: "文字起こしが上限に達しました。これより後は残りません",
  search_unavailable: "検索の準備中です。候補はまだ出ません",
};

function showUsual() {
  const said = notes.filter((one) => WORDS[one]).map((one) => WORDS[one]);
  if (!connected) said.unshift("再接続しています…（入力した内容は残っています）");
  showState(said.length ? said.join("。") : "つながっています", said.length > 0);
}

const talk = new Talk(root);
const answers = new Answers(root, { send, say, passOn });
const panel = new Notes(root, answers);
const draft = new Draft(root, session);
const passTo = connectTransfer(root, { send, say });

function passOn(card) {
  passTo(card?.department ?? "");
}

function take(state) {
  if (state.problem) {
    showState(state.problem, true);
    return;
  }
  if (state.segments) talk.add(state.first, state.segments, state.interim);
  // A reply that was overtaken on its way says nothing new.
  if (state.revision < newest) return;
  newest = state.revision;
  notes = state.notes;
  answers.take(state);
  panel.take(state);
  draft.take(state);
  talk.showMemos(state.memos, say);
  hand.setAttribute("aria-pressed", String(state.hand_raised));
  hand.textContent = state.hand_raised ? "手を下ろす" : "手を挙げる";
  showUsual();
}
answers.onState = take;

const socket = new Socket(`${session}/ws`, () => talk.count, {
  message: take,
  state(isOpen) {
    connected = isOpen;
    // A session picked up again after a restart counts from its own beginning.
    if (isOpen) newest = -1;
    showUsual();
  },
  gone() {
    if (leaving) return;
    showState("この応対は終わっています。", true);
    location.assign("/staff/desk/assist");
  },
});

root.querySelector("[data-type]").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = document.getElementById("typed");
  const text = field.value.trim();
  if (!text) return;
  const now = Math.round(performance.now());
  if (socket.send({ speaker: root.querySelector("[data-speaker]").value, text, start_ms: now, end_ms: now })) field.value = "";
});

hand.addEventListener("click", async () => {
  const state = await send("hand", { up: hand.getAttribute("aria-pressed") !== "true" });
  if (state) {
    take(state);
    say(state.hand_raised ? "責任者を呼びました。" : "手を下ろしました。");
  }
});

connectSearch(root, { send, pin: (id) => answers.pin(id) });
listenToKeys(root, answers);

document.getElementById("finish").addEventListener("submit", () => { leaving = true; });

const started = Date.parse(root.dataset.started);
const timer = root.querySelector("[data-timer]");
function tick() {
  const secs = Math.max(0, Math.floor((Date.now() - started) / 1000));
  timer.textContent = `${Math.floor(secs / 60)}:${String(secs % 60).padStart(2, "0")}`;
}
if (!Number.isNaN(started)) {
  tick();
  setInterval(tick, 1000);
}

if (root.dataset.sample) {
  const player = new Player(root, (piece) => socket.send(piece), say);
  socket.opened.then(() => player.load(root.dataset.sample));
}

for (const button of root.querySelectorAll("[data-open]")) {
  button.addEventListener("click", () => passOn(null));
}
