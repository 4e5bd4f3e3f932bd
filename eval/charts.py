"""Charts as inline SVG: lines with axes, and bars with intervals. No script, no font, no colour without a second mark."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from eval.metrics.intervals import Rate
from knowledge.text.percent import percent

WIDTH, HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 150, 16, 46
COLOURS = ("#00118f", "#b3462b", "#197a4b", "#6b4fa0")
_DASHES = ("", "6 4", "2 3", "10 3 2 3")


@dataclass(frozen=True, slots=True)
class Series:
    """Points (x, y) in the order of x."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Axes:
    """Titles and ranges; `x_labels` name given x positions, else percent are written."""

    x_title: str
    y_title: str
    x_max: float = 1.0
    y_max: float = 1.0
    y_min: float = 0.0
    x_labels: Sequence[tuple[float, str]] = ()
    diagonal: bool = False


def line_chart(title: str, series: Sequence[Series], axes: Axes) -> str:
    """Lines with legend; each series has its own dash, so that colour is not needed to tell them apart."""
    shown = [s for s in series if s.points]
    if not shown:
        return f"<p>{escape(title)}：表示できるデータがまだありません。</p>"
    parts = [_grid(axes)]
    if axes.diagonal:
        parts.append(_path([(0, 0), (1, 1)], axes, "#767676", "2 4"))
    for number, one in enumerate(shown):
        colour, dash = COLOURS[number % 4], _DASHES[number % 4]
        parts.append(_path(one.points, axes, colour, dash))
        if len(one.points) <= 40:
            parts.extend(_dot(x, y, axes, colour, f"{one.name} {_percent(y)}") for x, y in one.points)
        parts.append(_legend(number, one.name, colour, dash))
    return _svg(title, HEIGHT, parts)


def rate_bars(title: str, rows: Sequence[tuple[str, Rate]]) -> str:
    """One bar a group with its 95 % interval, value and n."""
    if not rows:
        return f"<p>{escape(title)}：表示できるデータがまだありません。</p>"
    left, wide, step = 190, 300, 26
    parts = []
    for number, (name, rate) in enumerate(rows):
        y = 10 + number * step
        low, high = left + rate.low * wide, left + rate.high * wide
        parts.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{escape(_short(name))}</text>')
        parts.append(f'<rect x="{left}" y="{y + 3}" width="{rate.value * wide:.1f}" height="14" fill="{COLOURS[0]}"/>')
        parts.append(
            f'<path d="M{low:.1f} {y + 10}H{high:.1f}M{low:.1f} {y + 6}v8M{high:.1f} {y + 6}v8" stroke="#1a1a1a" fill="none"/>'
        )
        label = f"{_percent(rate.value)}（{rate.hits}/{rate.total}）"
        parts.append(f'<text x="{left + wide + 12}" y="{y + 14}">{label}</text>')
    return _svg(title, 20 + len(rows) * step, parts)


def share_bar(title: str, parts: Sequence[tuple[str, int]]) -> str:
    """One bar of the whole, cut into labelled parts; a part too small for its text is named in the list below only."""
    total = sum(count for _, count in parts)
    if not total:
        return f"<p>{escape(title)}：表示できるデータがまだありません。</p>"
    out, x = [], 0.0
    for number, (_, count) in enumerate(parts):
        wide = count / total * WIDTH
        out.append(
            f'<rect x="{x:.1f}" y="4" width="{wide:.1f}" height="44" fill="{COLOURS[number % 4]}" stroke="#fff"/>'
        )
        if wide > 44:
            middle = x + wide / 2
            out.append(
                f'<text x="{middle:.1f}" y="32" text-anchor="middle" fill="#fff" font-size="17" font-weight="700">'
                f"{percent(count / total, 0)}</text>"
            )
        x += wide
    for number, (name, count) in enumerate(parts):
        x, y = (number % 2) * WIDTH / 2, 78 + number // 2 * 24
        out.append(f'<rect x="{x}" y="{y - 13}" width="16" height="16" fill="{COLOURS[number % 4]}"/>')
        out.append(f'<text x="{x + 24}" y="{y}" font-size="15">{escape(name)}　{count:,}件</text>')
    return _svg(title, 70 + (len(parts) + 1) // 2 * 24, out)


def _svg(title: str, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _grid(axes: Axes) -> str:
    bottom, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    out = [f'<path d="M{_LEFT} {_TOP}V{bottom}H{right}" stroke="#1a1a1a" fill="none"/>']
    for tick in _ticks(axes.y_min, axes.y_max):
        y = _y(tick, axes)
        out.append(f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="#d9d9d9"/>')
        out.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_percent(tick)}</text>')
    labels = axes.x_labels or [(t, _percent(t)) for t in _ticks(0, axes.x_max)]
    for x, label in labels:
        out.append(f'<text x="{_x(x, axes):.1f}" y="{bottom + 16}" text-anchor="middle">{escape(label)}</text>')
    middle = (_LEFT + right) / 2
    out.append(f'<text x="{middle:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(axes.x_title)}</text>')
    out.append(
        f'<text x="14" y="{(_TOP + bottom) / 2:.0f}" text-anchor="middle" class="up">{escape(axes.y_title)}</text>'
    )
    return "".join(out)


def _ticks(low: float, high: float) -> list[float]:
    """Four to six round values from `low` to `high`."""
    if high <= low:
        return [low]
    raw = (high - low) / 5
    base = 10 ** math.floor(math.log10(raw))
    step = next(base * m for m in (1, 2, 5, 10) if base * m >= raw - 1e-12)
    first = math.ceil(low / step - 1e-9) * step
    count = int((high - first) / step + 1e-9)
    return [first + i * step for i in range(count + 1)]


def _x(value: float, axes: Axes) -> float:
    share = value / axes.x_max if axes.x_max else 0.0
    return _LEFT + share * (WIDTH - _LEFT - _RIGHT)


def _y(value: float, axes: Axes) -> float:
    span = axes.y_max - axes.y_min or 1.0
    share = min(1.0, max(0.0, (value - axes.y_min) / span))
    return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)


def _path(points: Sequence[tuple[float, float]], axes: Axes, colour: str, dash: str) -> str:
    places = "L".join(f"{_x(x, axes):.1f} {_y(y, axes):.1f}" for x, y in points)
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="M{places}" stroke="{colour}" stroke-width="2" fill="none"{dashes}/>'


def _dot(x: float, y: float, axes: Axes, colour: str, label: str) -> str:
    at = f'cx="{_x(x, axes):.1f}" cy="{_y(y, axes):.1f}"'
    return f'<circle {at} r="3" fill="{colour}"><title>{escape(label)}</title></circle>'


def _legend(number: int, name: str, colour: str, dash: str) -> str:
    x, y = WIDTH - _RIGHT + 10, _TOP + 14 + number * 22
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    line = f'<path d="M{x} {y - 4}h22" stroke="{colour}" stroke-width="2"{dashes}/>'
    return f'{line}<text x="{x + 28}" y="{y}">{escape(name)}</text>'


def _percent(value: float) -> str:
    return f"{value * 100:.1f}".rstrip("0").rstrip(".") + "％"


def _short(name: str, size: int = 14) -> str:
    return name if len(name) <= size else name[: size - 1] + "…"
