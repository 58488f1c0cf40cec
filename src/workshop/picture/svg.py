"""A scene as inline SVG: no script, no outside reference, readable on light and dark pages.

Text and outlines take the page's own colour; the three accents stand out from white and from black by
at least 3:1 (WCAG 2.2, 1.4.11) and come from the Okabe-Ito palette, which colour-blind people tell apart.
No meaning is in a colour alone: new things say so, what refuses is dashed and crossed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from html import escape

from workshop.picture import text
from workshop.picture.layout import HEAD, LINE, MARGIN, PADDING, Layout, Rect, arrange
from workshop.picture.layout import Line as Way
from workshop.picture.scene import Arrow, Box, Line, Scene

BLUE = "#0072B2"
GREEN = "#009E73"
VERMILLION = "#D55E00"
BADGE = "#00785A"
"""A darker green: white letters on it have a contrast of 5:1."""

SANS = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
MONO = "ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', monospace"
SIZE = 12
NAME_SIZE = 13
SANS_WIDTH, MONO_WIDTH, NAME_WIDTH = 7.0, 7.25, 8.2
"""The room one character takes, in the widest of the fonts above."""


def draw(scene: Scene, prefix: str) -> str:
    """The picture as HTML: one `<svg>` in a box that scrolls where the page is narrow."""
    layout = arrange(scene)
    words = text.write(scene, prefix)
    key = hashlib.sha256(words.encode()).hexdigest()[:12]
    body = "\n".join(
        (*_headings(layout), *map(_arrow, layout.lines), *(_box(b, layout.boxes[b.id]) for b in scene.boxes))
    )
    width, height = _n(layout.width), _n(layout.height)
    return (
        '<div style="overflow-x:auto">'
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t{key} d{key}" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="{escape(SANS)}" font-size="{SIZE}" fill="currentColor" style="max-width:none">'
        f'<title id="t{key}">The backend that exists</title><desc id="d{key}">{escape(words)}</desc>\n'
        f"{body}\n</svg></div>"
        f"{_legend(scene, prefix)}"
    )


def _legend(scene: Scene, prefix: str) -> str:
    keys = "Solid: exists. Dashed: not made yet. Crossed: refused, or not live."
    return (
        f'<p style="font-family:{escape(SANS)};font-size:{NAME_SIZE}px;margin:4px {MARGIN}px">'
        f"<strong>{escape(text.summary(scene, prefix).replace('* new', 'Green: new'))}</strong> {keys}</p>"
    )


def _headings(layout: Layout) -> Iterator[str]:
    for heading, x in layout.headings:
        yield f'<text x="{_n(x)}" y="18" opacity="0.75">{escape(heading)}</text>'


def _box(box: Box, rect: Rect) -> str:
    colour = GREEN if box.new else BLUE
    outline = (
        f'stroke="{colour}" stroke-width="{3 if box.new else 1.5}"'
        if box.exists
        else 'stroke="currentColor" stroke-opacity="0.55" stroke-dasharray="5 4"'
    )
    place = f'x="{_n(rect.x)}" y="{_n(rect.y)}" width="{_n(rect.width)}" height="{_n(rect.height)}"'
    fill = f'fill="{colour}" fill-opacity="0.09"' if box.exists else 'fill="none"'
    parts = [
        f"<g><title>{escape(f'{box.kind} {box.name}'.strip())}</title>",
        f'<rect {place} rx="6" {fill} {outline}/>',
    ]
    x = rect.x + PADDING
    if not box.name:
        parts += _nameless(box, rect)
    else:
        parts.append(_text(x, rect.y + 18, box.kind, 'opacity="0.75"'))
        parts.append(_text(x, rect.y + 36, _cut(box.name, rect, NAME_WIDTH), _name_style()))
        parts += (_line(line, rect, rect.y + HEAD + LINE * at + 10) for at, line in enumerate(box.lines))
        if box.new:
            parts.append(_badge(rect))
    return "".join((*parts, "</g>"))


def _nameless(box: Box, rect: Rect) -> Iterator[str]:
    if box.exists:
        yield _text(rect.x + PADDING, rect.middle + 4, box.kind, "")
        return
    yield _text(rect.x + PADDING, rect.y + 20, box.kind, 'opacity="0.75"')
    yield _text(rect.x + PADDING, rect.y + 38, "not made yet", 'opacity="0.75" font-style="italic"')


def _name_style() -> str:
    return f'font-size="{NAME_SIZE}" font-weight="700"'


def _line(line: Line, rect: Rect, y: float) -> str:
    width = MONO_WIDTH if line.code else SANS_WIDTH
    style = [f'font-family="{escape(MONO)}"'] if line.code else []
    mark = ""
    if line.new:
        mark = f'<rect x="{_n(rect.x + 2)}" y="{_n(y - 11)}" width="5" height="14" fill="{GREEN}"/>'
    if line.warn:
        style.append('text-decoration="underline" text-decoration-style="wavy"')
        mark += f'<rect x="{_n(rect.x + 2)}" y="{_n(y - 11)}" width="5" height="14" fill="{VERMILLION}"/>'
    return mark + _text(rect.x + PADDING, y, _cut(line.text, rect, width), " ".join(style))


def _badge(rect: Rect) -> str:
    x, y = rect.right - 42, rect.y - 9
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="36" height="18" rx="9" fill="{BADGE}"/>' + _text(
        x + 18, y + 13, "new", 'fill="#FFFFFF" font-weight="700" text-anchor="middle"'
    )


def _arrow(way: Way) -> str:
    arrow = way.arrow
    colour, width, dash = _stroke(arrow)
    corners = " ".join(f"{_n(x)},{_n(y)}" for x, y in way.points)
    parts = [
        f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="{width}"{dash}/>',
        _head(way, colour),
    ]
    x, y = way.label
    weight = ' font-weight="700"' if arrow.new else ""
    if arrow.label:
        parts.append(_text(x, y, arrow.label, weight))
    if arrow.note:
        parts.append(_text(x, y + 20, arrow.note, 'opacity="0.75"'))
    if arrow.state == "shut":
        parts.append(_cross(way))
    return "".join(parts)


def _stroke(arrow: Arrow) -> tuple[str, float, str]:
    if arrow.state == "planned":
        return "currentColor", 1, ' stroke-opacity="0.45" stroke-dasharray="3 4"'
    if arrow.state == "shut":
        return VERMILLION, 2, ' stroke-dasharray="6 4"'
    return (GREEN, 3, "") if arrow.new else (BLUE, 1.75, "")


def _head(way: Way, colour: str) -> str:
    (x0, y0), (x, y) = way.points[-2:]
    if way.vertical:
        back = -8 if y > y0 else 8
        tip = f"{_n(x)},{_n(y)} {_n(x - 5)},{_n(y + back)} {_n(x + 5)},{_n(y + back)}"
    else:
        back = -8 if x > x0 else 8
        tip = f"{_n(x)},{_n(y)} {_n(x + back)},{_n(y - 5)} {_n(x + back)},{_n(y + 5)}"
    opacity = ' fill-opacity="0.45"' if way.arrow.state == "planned" else ""
    return f'<polygon points="{tip}" fill="{colour}"{opacity}/>'


def _cross(way: Way) -> str:
    """An x on the arrow, just before its head."""
    x, y = way.points[-1][0] - 16, way.points[-1][1]
    strokes = f"M{_n(x - 5)} {_n(y - 5)}l10 10m0 -10l-10 10"
    return f'<path d="{strokes}" stroke="{VERMILLION}" stroke-width="2.5" fill="none"/>'


def _text(x: float, y: float, words: str, style: str) -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" {style}>{escape(words)}</text>'


def _cut(words: str, rect: Rect, width: float) -> str:
    """The words, or as many of them as fit; the whole text is in the picture's description."""
    most = int((rect.width - 2 * PADDING + 4) / width)
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
