// Runs beside the page on the audio thread: microphone to 16 kHz PCM, 16 kHz PCM to the loudspeaker.
const WIRE_RATE = 16000;
const FRAME = 320;
const LONGEST_SECS = 120;

// Averages over the samples that fall into one wire sample: cheap, and good enough against aliasing for speech.
class ToWire extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = sampleRate / WIRE_RATE;
    this.sum = 0;
    this.count = 0;
    this.due = this.step;
    this.at = 0;
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
  }

  process(inputs) {
    const channel = inputs[0]?.[0];
    if (!channel) return true;
    for (const sample of channel) {
      this.sum += sample;
      this.count += 1;
      this.at += 1;
      if (this.at >= this.due) {
        this.due += this.step;
        this.push(this.sum / this.count);
        this.sum = 0;
        this.count = 0;
      }
    }
    if (this.at > 1e9) {
      this.due -= this.at;
      this.at = 0;
    }
    return true;
  }

  push(value) {
    this.frame[this.filled] = Math.max(-1, Math.min(1, value)) * 32767;
    this.filled += 1;
    if (this.filled === FRAME) {
      this.port.postMessage(this.frame.slice().buffer);
      this.filled = 0;
    }
  }
}

// Plays what arrives in order; tells the page when it begins and when it runs dry.
class FromWire extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = WIRE_RATE / sampleRate;
    this.ring = new Float32Array(WIRE_RATE * LONGEST_SECS);
    this.clear();
    this.port.onmessage = ({ data }) => {
      if (data === 'clear') this.clear();
      else this.take(new Int16Array(data));
    };
  }

  clear() {
    this.written = 0;
    this.read = 0;
    this.tell(false);
  }

  tell(playing) {
    if (playing !== this.playing) {
      this.playing = playing;
      this.port.postMessage(playing);
    }
  }

  take(samples) {
    for (const sample of samples) {
      this.ring[this.written % this.ring.length] = sample / 32768;
      this.written += 1;
    }
  }

  process(_inputs, outputs) {
    const out = outputs[0][0];
    let loud = false;
    for (let i = 0; i < out.length; i += 1) {
      const at = Math.floor(this.read);
      if (at + 1 >= this.written) {
        out[i] = 0;
        continue;
      }
      const here = this.ring[at % this.ring.length];
      const next = this.ring[(at + 1) % this.ring.length];
      out[i] = here + (next - here) * (this.read - at);
      loud = loud || Math.abs(out[i]) > 0.002;
      this.read += this.step;
    }
    if (loud) this.tell(true);
    else if (this.read + 2 >= this.written) this.tell(false);
    return true;
  }
}

registerProcessor('to-wire', ToWire);
registerProcessor('from-wire', FromWire);
