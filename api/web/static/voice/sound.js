// Microphone and loudspeaker of one call.

export class Sound {
  constructor(worklet, onPcm, onPlaying) {
    this.worklet = worklet;
    this.onPcm = onPcm;
    this.onPlaying = onPlaying;
  }

  // Must be called from a click: browsers play nothing before.
  async open() {
    this.context = new AudioContext();
    await this.context.resume();
    await this.context.audioWorklet.addModule(this.worklet);
    this.speaker = new AudioWorkletNode(this.context, 'from-wire', { numberOfInputs: 0, outputChannelCount: [1] });
    this.speaker.port.onmessage = ({ data }) => this.onPlaying(data);
    this.gain = this.context.createGain();
    this.speaker.connect(this.gain).connect(this.context.destination);
  }

  // False when there is no microphone, no permission, or no secure connection.
  async listen() {
    if (!navigator.mediaDevices?.getUserMedia) return false;
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
      });
    } catch {
      return false;
    }
    const source = this.context.createMediaStreamSource(this.stream);
    this.ears = new AudioWorkletNode(this.context, 'to-wire', { numberOfOutputs: 0 });
    this.ears.port.onmessage = ({ data }) => { if (!this.muted) this.onPcm(data); };
    source.connect(this.ears);
    return true;
  }

  mute(muted) {
    this.muted = muted;
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = !muted;
  }

  play(pcm) {
    this.speaker?.port.postMessage(pcm, [pcm]);
  }

  clear() {
    this.speaker?.port.postMessage('clear');
  }

  volume(percent) {
    if (this.gain) this.gain.gain.value = percent / 100;
  }

  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.context?.close();
    this.context = undefined;
    this.speaker = undefined;
  }
}
