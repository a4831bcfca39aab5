"""A plot of ratios as SVG, written as text: a library for plots would be larger than the product's
own dependencies.
"""

from collections.abc import Sequence
from html import escape
from math import log10

from bench.speed.measures import Compared

WIDTH, LEFT, LINE, TOP = 860, 330, 26, 44
LEAST, MOST = 0.02, 50.0
MARKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
BETTER, WORSE = "#0b5c56", "#a33b20"


def plot(title: str, figures: Sequence[Compared]) -> str:
    """Return a bar for each figure, from 1 to its ratio on a logarithmic scale; the thin line is
    the spread.
    """
    height = TOP + LINE * len(figures) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" '
        f'font-family="sans-serif" font-size="13" role="img" aria-label="{escape(title)}">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="10" y="22" font-size="16">{escape(title)}</text>',
        *(_mark(value, height) for value in MARKS),
        *(_bar(one, TOP + LINE * at) for at, one in enumerate(figures)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _mark(value: float, height: int) -> str:
    x = _x(value)
    colour = "#333" if value == 1 else "#ddd"
    return (
        f'<line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{height - 24}" stroke="{colour}"/>'
        f'<text x="{x:.1f}" y="{height - 8}" text-anchor="middle" fill="#555">{value:g} ×</text>'
    )


def _bar(figure: Compared, y: int) -> str:
    ratio, (low, high) = figure.ratio, figure.spread
    is_better = (ratio <= 1) == figure.measure.less_is_better or ratio == 1
    start, end = sorted((_x(1), _x(ratio)))
    middle = y + 9
    return (
        f'<text x="{LEFT - 12}" y="{y + 14}" '
        f'text-anchor="end">{escape(figure.measure.words)}</text>'
        f'<rect x="{start:.1f}" y="{y + 2}" width="{max(1.0, end - start):.1f}" height="14" '
        f'fill="{BETTER if is_better else WORSE}"/>'
        f'<line x1="{_x(low):.1f}" y1="{middle}" x2="{_x(high):.1f}" y2="{middle}" stroke="#000"/>'
        f'<text x="{max(end, _x(high)) + 6:.1f}" y="{y + 14}">{ratio:.2f} ×</text>'
    )


def _x(value: float) -> float:
    share = (log10(min(max(value, LEAST), MOST)) - log10(LEAST)) / (log10(MOST) - log10(LEAST))
    return LEFT + share * (WIDTH - LEFT - 60)
