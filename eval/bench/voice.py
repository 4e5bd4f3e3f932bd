"""Latency, barge-in, gaps and memory of voice calls, in real time with real audio: `python -m eval.bench.voice [--calls N]`.

A call lasts 20–30 seconds as it would on the telephone: eight of each kind take about six minutes.
"""

import argparse
import asyncio
import tempfile
import time
from dataclasses import dataclass, field
from datetime import time as clock_time
from pathlib import Path

import numpy as np
from rich.console import Console

from eval.bench.measure import resident_mb
from eval.bench.report import table
from eval.bench.suite import Line, Say
from eval.bench.voice_wire import RATE, BenchWire
from knowledge.clock import SystemClock
from knowledge.domain import Answer, ApprovedAnswer, Question
from knowledge.ports import Redaction
from knowledge.privacy.redacted import RedactedText
from voicebot.calls import new_id
from voicebot.domain import CityVoice, Hours
from voicebot.hearing.scripted import ScriptedTranscriber
from voicebot.log import MemoryLog
from voicebot.parts import VoiceParts
from voicebot.services import VoiceServices
from voicebot.settings import SpeechSettings, VoiceSettings
from voicebot.speech.synth import synthesize

ASR_SECS = 0.25
QUESTION = "カードの更新はどこでできますか。"
OVER = "カードをなくしたんですけれどもどうしたらよいでしょうか。"
ANSWER = "{number}番の窓口でお受けします、市役所の本庁舎一階にお越しください。本人確認書類を忘れずにお持ちください。"
CITY = CityVoice(
    "みほん市", "みほん市コールセンター", "00-0000-1234",
    weekly={day: Hours(clock_time(0), clock_time(23, 59)) for day in range(7)},
    closed_on_holidays=False,
    year_end=None,
    texts={"opening": "みほん市のAIです。", "opening_noted": "記録します。", "opening_person": "担当者はゼロです。", "opening_secret": "どうぞ。"},
)  # fmt: skip


@dataclass
class BenchAnswers:
    """An approved answer that is new each time, so that nothing comes from the speech cache unless wanted."""

    fresh: bool = True
    count: int = 0

    def answer(self, question: Question) -> Answer:
        self.count += 1
        text = ANSWER.format(number=self.count if self.fresh else 0)
        return Answer("answer", 0.95, f"A{self.count}", ApprovedAnswer("MH1", 1, "更新の場所", text, text))


class NoRedactor:
    """The bench's lines hold nothing personal."""

    def redact(self, text: str) -> Redaction:
        return Redaction(RedactedText(text), frozenset())


@dataclass
class Figures:
    start_ms: list[float] = field(default_factory=list)
    first_audio_ms: list[float] = field(default_factory=list)
    cached_ms: list[float] = field(default_factory=list)
    turn_ms: list[float] = field(default_factory=list)
    barge_ms: list[float] = field(default_factory=list)
    gap_ms: list[float] = field(default_factory=list)
    memory_mb: float = 0.0


@dataclass
class Said:
    question: bytes
    over: bytes


async def one_call(services: VoiceServices, said: Said, figures: Figures, *, cached: bool, barge: bool) -> None:
    """Opening, a question, an answer, and optionally an interruption."""
    wire, log, call_id = BenchWire(), MemoryLog(), new_id()
    running = asyncio.create_task(services.run_wire(wire, call_id, "audiosocket", log=log))
    await wire.quiet()
    _, ended = await wire.speak(said.question)
    spoke = await wire.next_loud(ended)
    if not cached:
        figures.turn_ms.append((spoke - ended) * 1000)
    if barge:
        await asyncio.sleep(1.0)
        began, _ = await wire.speak(said.over)
        figures.barge_ms.append((wire.silent_since(began) - began) * 1000)
        await asyncio.sleep(1.2)
    else:
        await wire.quiet()
    wire.hang_up()
    await running
    turns = log.turns[call_id].values()
    target = figures.cached_ms if cached else figures.first_audio_ms
    target += [turn.stages_ms["first_audio"] for turn in turns if turn.decision == "answer" and turn.who == "bot" and turn.stages_ms][:1]  # fmt: skip
    figures.gap_ms.append(float(np.max(np.diff(wire.sent_at), initial=0.0)) * 1000)


async def start_times(services: VoiceServices, count: int) -> list[float]:
    from voicebot.runtime.line import PipecatLine

    found: list[float] = []
    for _ in range(count):
        begin = time.perf_counter()
        assert services.gear is not None
        line = PipecatLine(BenchWire(), services.gear)
        await line.start()
        found.append((time.perf_counter() - begin) * 1000)
        await line.end()
    return found


async def measure(calls: int, together: int, say: Say) -> tuple[Figures, Figures]:
    figures, crowd = Figures(), Figures()
    answers = BenchAnswers()
    said = Said(synthesize(QUESTION, 1.0, 1.0, RATE, ""), synthesize(OVER, 1.0, 1.0, RATE, ""))
    with tempfile.TemporaryDirectory() as folder:
        settings = VoiceSettings(speech=SpeechSettings(processes=1), max_calls=together + 1)
        transcriber = ScriptedTranscriber(["カードの更新はどこでできますか"], ASR_SECS)
        parts = VoiceParts(answers, NoRedactor(), SystemClock(), None, CITY, settings, Path(folder), transcriber=transcriber)  # fmt: skip
        services = VoiceServices(parts)
        await services.start()
        await services.prepared()
        try:
            figures.start_ms = (await start_times(services, 12))[2:]
            for number in range(calls):
                say(f"通話 {number + 1}/{calls}（新しい文、割り込み）")
                await one_call(services, said, figures, cached=False, barge=True)
            answers.fresh, cached = False, max(3, calls // 2)
            for number in range(cached + 1):
                say(f"通話 {number}/{cached}（用意した音声）")
                target = figures if number else Figures()
                await one_call(services, said, target, cached=True, barge=False)
            answers.fresh = True
            say(f"通話 {together}本を同時に")
            before = resident_mb()
            crowded = [one_call(services, said, crowd, cached=False, barge=False) for _ in range(together)]
            running = asyncio.gather(*crowded)
            while not running.done():
                await asyncio.sleep(1.0)
                crowd.memory_mb = max(crowd.memory_mb, (resident_mb() - before) / together)
            await running
        finally:
            await services.close()
    return figures, crowd


def lines(figures: Figures, crowd: Figures, together: int) -> list[Line]:
    """What was promised beside what was measured."""
    crowded = f"{together}通話同時"
    turn = f"通話：話し終わり→音（認識{ASR_SECS * 1000:.0f}ms）"
    memory = {"memory_mb": crowd.memory_mb}
    return [
        _line("通話：準備", figures.start_ms, 50, 150),
        _line("通話：指示→最初の音（新しい文）", figures.first_audio_ms, 95, 400),
        _line("通話：指示→最初の音（用意済み）", figures.cached_ms, 95, 120),
        _line(turn, figures.turn_ms, 50, 950),
        _line(f"{turn}、最長", figures.turn_ms, 100, 3000),
        _line("通話：割り込み→無音", figures.barge_ms, 95, 450),
        _line("通話：音の途切れ、最長", figures.gap_ms, 100, 60),
        _line(f"通話：音の途切れ、最長（{crowded}）", crowd.gap_ms, 100, 60),
        _line(f"{turn}（{crowded}）", crowd.turn_ms, 95, None),
        Line(f"通話：1通話のメモリ（{crowded}）", "madoguchi", together, memory, "25MB以下", crowd.memory_mb <= 25),
    ]


def _line(measure: str, values: list[float], rank: int, limit_ms: int | None) -> Line:
    values = [float(one) for one in values]
    figure = float(np.percentile(values, rank))
    shown = {"p50_ms": float(np.median(values)), "p95_ms": float(np.percentile(values, 95)), "max_ms": max(values)}
    name = {50: "p50", 95: "p95", 100: "最長"}[rank]
    if limit_ms is None:
        return Line(measure, "madoguchi", len(values), shown)
    return Line(measure, "madoguchi", len(values), shown, f"{name} {limit_ms}ms以下", figure <= limit_ms)


def run(calls: int, together: int, say: Say) -> list[Line]:
    """Real calls one after the other, then `together` of them at once."""
    return lines(*asyncio.run(measure(calls, together, say)), together)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=8)
    parser.add_argument("--together", type=int, default=8)
    asked = parser.parse_args()
    console = Console(width=160)
    console.print(table(run(asked.calls, asked.together, console.log)))


if __name__ == "__main__":
    main()
