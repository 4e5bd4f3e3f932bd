// The page /voice: one call over a WebSocket, with sound where there is any, in writing always.
import { Captions } from '/static/voice/captions.js';
import { Sound } from '/static/voice/sound.js';

const root = document.querySelector('[data-voice]');
const words = JSON.parse(root.dataset.words);
const find = (name) => document.querySelector(`[data-${name}]`);
const before = find('before');
const during = find('during');
const state = find('state');
const language = find('language');
const microphone = find('microphone');
const field = document.getElementById('words');
const captions = new Captions(find('captions'), words, root.dataset.lang);

let socket;
let sound;
let muted = false;
let listening = false;
let finished = false;

function say(text) {
  state.textContent = text;
}

function waiting() {
  say(listening && !muted ? words.listening : words.typing_only);
}

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(message instanceof ArrayBuffer ? message : JSON.stringify(message));
}

async function openSound() {
  listening = false;
  microphone.hidden = true;
  if (!root.dataset.speaking) return '';
  sound = new Sound(root.dataset.worklet, send, (playing) => (playing ? say(words.speaking) : waiting()));
  try {
    await sound.open();
  } catch {
    sound = undefined;
    return '';
  }
  sound.volume(Number(find('volume').value));
  if (!root.dataset.hearing) return '';
  listening = await sound.listen();
  microphone.hidden = !listening;
  return listening ? '' : words.microphone_denied;
}

async function start() {
  find('start').disabled = true;
  before.hidden = true;
  during.hidden = false;
  captions.clear();
  say(words.connecting);
  const problem = await openSound();
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  socket = new WebSocket(`${scheme}://${location.host}/v1/voice/browser?lang=${encodeURIComponent(language.value)}`);
  socket.binaryType = 'arraybuffer';
  finished = false;
  socket.addEventListener('open', () => (problem ? say(problem) : waiting()));
  socket.addEventListener('message', ({ data }) => {
    if (data instanceof ArrayBuffer) {
      sound?.play(data);
      return;
    }
    const message = JSON.parse(data);
    if (message.type === 'turn') captions.show(message);
    else if (message.type === 'clear') sound?.clear();
    else if (message.type === 'end') finished = true;
  });
  socket.addEventListener('close', () => ended(finished ? words.ended : words.lost));
  during.scrollIntoView();
  // Where people speak, a keyboard that comes up by itself is in the way.
  (listening ? find('captions').parentElement : field).focus({ preventScroll: true });
}

function ended(text) {
  // What the bot said last is still on its way to the loudspeaker.
  const last = sound;
  sound = undefined;
  setTimeout(() => last?.close(), 1500);
  socket = undefined;
  muted = false;
  say(text);
  before.hidden = false;
  find('start').disabled = false;
  find('start').querySelector('span').textContent = words.again;
  find('start').focus();
}

find('start').addEventListener('click', start);
find('end').addEventListener('click', () => {
  sound?.clear();
  finished = true;
  send({ type: 'end' });
  const open = socket;
  setTimeout(() => open?.close(), 1000);
  if (!open) ended(words.ended);
});
find('stop').addEventListener('click', () => {
  sound?.clear();
  send({ type: 'stop' });
});
find('slower').addEventListener('click', () => send({ type: 'text', text: root.dataset.lang === 'ja' ? 'ゆっくり話して' : 'slower' }));
find('volume')?.addEventListener('input', (event) => sound?.volume(Number(event.target.value)));
for (const button of document.querySelectorAll('[data-key]')) {
  button.addEventListener('click', () => send({ type: 'key', key: button.dataset.key }));
}
microphone.addEventListener('click', () => {
  muted = !muted;
  sound?.mute(muted);
  microphone.setAttribute('aria-pressed', String(muted));
  microphone.textContent = muted ? words.unmute : words.mute;
  waiting();
});
find('write').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text || socket?.readyState !== WebSocket.OPEN) return;
  send({ type: 'text', text });
  field.value = '';
  field.focus();
});
language.addEventListener('change', () => {
  location.assign(`/voice${language.value === 'ja' ? '' : `?lang=${language.value}`}`);
});
