"""What a command printed, as SVG: real text, no font from outside, a theme each for light and dark pages."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from html import escape

from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Span, Text

FAINT = Style(color="white")
"""In place of `dim`, which has too little contrast: the theme's own grey."""
CUT = Text("  …", FAINT)
THEMES = {
    "light": TerminalTheme(
        (246, 248, 250),
        (31, 35, 40),
        [
            *((31, 35, 40), (180, 20, 30), (15, 110, 45), (122, 78, 0)),
            *((9, 80, 175), (120, 60, 170), (20, 105, 120), (87, 96, 106)),
        ],
    ),
    "dark": TerminalTheme(
        (22, 27, 34),
        (230, 237, 243),
        [
            *((132, 141, 151), (255, 123, 114), (86, 211, 100), (227, 179, 65)),
            *((121, 192, 255), (210, 168, 255), (86, 212, 221), (165, 174, 184)),
        ],
    ),
}
EDGE = {"light": "#d0d7de", "dark": "#3d444d"}
FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>TITLE</title>
<desc>DESCRIPTION</desc>
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
<rect x="1" y="1" rx="8" width="{width}" height="{height}" fill="BACKGROUND" stroke="EDGE"
 style="width:calc(100% - 2px);height:calc(100% - 2px)"/>
<g transform="translate(14, 14)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def first_failure(lines: list[Text]) -> list[Text]:
    """The results, and the first finding up to its next step."""
    plain = [line.plain for line in lines]
    stretch = next(n for n, line in enumerate(plain) if line.startswith("Stretch tasks"))
    rule = next(n for n, line in enumerate(plain) if line.startswith("──"))
    looked = next(n for n, line in enumerate(plain) if line.startswith("Looked at"))
    return [*lines[: stretch - 1], CUT, Text(""), *lines[rule + 1 : looked - 1], CUT]


def without_calls(lines: list[Text]) -> list[Text]:
    """The walk without the calls it lists, and the cause."""
    end = next(n for n, line in enumerate(lines) if line.plain.startswith("Template:"))
    return [line for line in lines[: end - 1] if not re.match(r" {6}(boto3|aws|curl|requests)\b", line.plain)]


CUTS: Mapping[str, Callable[[list[Text]], list[Text]]] = {
    "check": first_failure,
    "trace": lambda lines: lines,
    "doctor": without_calls,
}
TYPED = {"check": "workshop check 1", "trace": "workshop trace", "doctor": "workshop doctor URL"}
"""What a learner types for each picture."""


def lines_of(name: str, printed: str) -> list[Text]:
    """The lines that the picture `name` shows: what is typed, and what of the output is shown."""
    text = Text.from_ansi(printed.strip("\n"))
    text.spans = [Span(one.start, one.end, _readable(one.style)) for one in text.spans]
    lines = list(text.split("\n"))
    for line in lines:
        line.rstrip()
    return [Text(f"$ {TYPED[name]}", "bold"), Text(""), *CUTS[name](lines)]


def _readable(style: str | Style) -> str | Style:
    return FAINT if isinstance(style, Style) and style.dim else style


def words_of(lines: list[Text]) -> str:
    """What is shown, as plain text."""
    return "\n".join(line.plain.rstrip() for line in lines)


def svg(name: str, printed: str, theme: str) -> str:
    """The picture. theme: `light` or `dark`."""
    lines = lines_of(name, printed)
    width = max(len(line) for line in lines) + 1
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True)
    for line in lines:
        console.print(line, highlight=False, soft_wrap=False)
    drawn = console.export_svg(
        title="", theme=THEMES[theme], code_format=FORMAT, unique_id=f"{name}-{theme}", font_aspect_ratio=0.6
    )
    background = THEMES[theme].background_color.hex
    for placeholder, value in (
        ("TITLE", escape(f"In a terminal: {TYPED[name]}")),
        ("DESCRIPTION", escape(words_of(lines), quote=False)),
        ("BACKGROUND", background),
        ("EDGE", EDGE[theme]),
    ):
        drawn = drawn.replace(placeholder, value, 1)
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"
