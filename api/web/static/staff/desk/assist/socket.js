// The one connection of the page. Comes back by itself and asks only for what the page has not been sent.
const GONE = 4404;
const PAUSES_MS = [500, 1000, 2000, 4000, 8000];
const WAITING_ROOM = 500;

export class Socket {
  constructor(path, count, on) {
    this.url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
    this.count = count;
    this.on = on;
    this.failures = 0;
    this.waiting = [];
    this.opened = new Promise((resolve) => { this.resolve = resolve; });
    this.connect();
  }

  connect() {
    this.socket = new WebSocket(`${this.url}?from=${this.count()}`);
    this.socket.addEventListener("open", () => {
      this.failures = 0;
      this.on.state(true);
      for (const text of this.waiting.splice(0)) this.socket.send(text);
      this.resolve();
    });
    this.socket.addEventListener("message", (event) => this.on.message(JSON.parse(event.data)));
    this.socket.addEventListener("close", (event) => {
      if (event.code === GONE || event.code === 1008) {
        this.on.gone();
        return;
      }
      this.on.state(false);
      const pause = PAUSES_MS[Math.min(this.failures++, PAUSES_MS.length - 1)];
      setTimeout(() => this.connect(), pause);
    });
  }

  // What is typed while the line is down is sent when it is back; false when even that is full.
  send(piece) {
    const text = JSON.stringify(piece);
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text);
    else if (piece.final === false) return true;
    else if (this.waiting.length < WAITING_ROOM) this.waiting.push(text);
    else return false;
    return true;
  }
}
