"""A prediction before a probe: the learner chooses an answer, then the running system gives its own.

    guess = predict(
        "The item calls its key `id`, the table calls it `userId`. What does PutItem do?",
        a="It stores the item.",
        b="It refuses the item.",
        yours="",  # write a or b between the quotes, then run this cell
    )
    guess                               # the question, as a card

    guess.reveal("b", saw=error)        # after the probe: what was observed, beside the prediction

Nothing waits for an answer, so that a notebook runs whole without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

BLUE = "#0072B2"
GREEN = "#009E73"
ORANGE = "#D55E00"
"""Okabe-Ito; the words of a card say all that its colour says."""

SANS = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
MONO = "ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', monospace"


def predict(question: str, yours: str = "", **choices: str) -> Prediction:
    """Asks a question. `choices` are the answers by their letters, `yours` is the learner's letter.

    A letter that is none of the choices is said on the card and counts as no prediction: a slip of the
    finger stops nothing. Raises ValueError if there are fewer than two choices.
    """
    if len(choices) < 2:
        raise ValueError(f"a prediction needs two choices or more, this one has {len(choices)}")
    return Prediction(question, choices, yours.strip().lower())


@dataclass(frozen=True, repr=False)
class Prediction:
    """A question, its choices by letter, and what the learner wrote: a letter, something else, or nothing."""

    question: str
    choices: Mapping[str, str]
    yours: str

    @property
    def made(self) -> bool:
        """Whether the learner chose one of the choices."""
        return self.yours in self.choices

    def reveal(self, observed: str, saw: object = "") -> Outcome:
        """Compares with the choice that came true. `saw`: what showed it, e.g. the error that was raised.

        Raises ValueError if `observed` is none of the choices.
        """
        if observed not in self.choices:
            raise ValueError(f"observed {observed!r}, which is none of the choices: {letters(self.choices)}")
        return Outcome(self, observed, str(saw))

    @property
    def status(self) -> str:
        """One sentence on what the learner chose, or on how to choose."""
        if self.made:
            return f"Your prediction: {self.yours}. Now run the next cell."
        how = f'Write {letters(self.choices)} into `yours=""` above, and run this cell again.'
        if self.yours:
            return f"`{self.yours}` is none of the choices. {how}"
        return f"No prediction yet. {how}"

    def __repr__(self) -> str:
        return "\n".join((f"Predict: {self.question}", *_lines(self.choices, self.yours), self.status))

    def _repr_html_(self) -> str:
        chosen = self.yours
        rows = "".join(
            f"<li>{_bold(f'{letter})', letter == chosen)} {_bold(_inline(words), letter == chosen)}</li>"
            for letter, words in self.choices.items()
        )
        body = f"<ul style='list-style:none;padding:0;margin:6px 0'>{rows}</ul>"
        return _card(BLUE, "Predict", _inline(self.question), body, _inline(self.status))


@dataclass(frozen=True, repr=False)
class Outcome:
    """A prediction beside the choice that was observed."""

    prediction: Prediction
    observed: str
    saw: str

    @property
    def verdict(self) -> str:
        """One sentence that compares both."""
        if not self.prediction.made:
            return "You made no prediction this time."
        if self.prediction.yours == self.observed:
            return f"You predicted {self.observed}, and that is what happened."
        theirs = f"You predicted {self.prediction.yours}; what happened is {self.observed}."
        return f"{theirs} Where did the two part?"

    @property
    def answer(self) -> str:
        """The choice that came true, with its letter."""
        return f"{self.observed}) {self.prediction.choices[self.observed]}"

    def __repr__(self) -> str:
        saw = [f"Seen: {self.saw}"] if self.saw else []
        return "\n".join((f"Observed: {self.answer}", *saw, self.verdict))

    def _repr_html_(self) -> str:
        colour = GREEN if self.prediction.yours == self.observed else ORANGE
        style = f"font-family:{escape(MONO)};white-space:pre-wrap;overflow-wrap:anywhere;margin:6px 0"
        saw = f'<div style="{style}">{escape(self.saw)}</div>' if self.saw else ""
        return _card(
            colour if self.prediction.made else BLUE, "Observed", _inline(self.answer), saw, self.verdict
        )


def letters(choices: Mapping[str, str]) -> str:
    """The letters as one says them: `a, b or c`."""
    *first, last = choices
    return f"{', '.join(first)} or {last}"


def _lines(choices: Mapping[str, str], chosen: str) -> Iterator[str]:
    for letter, words in choices.items():
        yield f"{'>' if letter == chosen else ' '} {letter}) {words}"


def _card(colour: str, label: str, head: str, body: str, foot: str) -> str:
    # The page's own text colour, on no background of its own: readable in light and dark.
    style = (
        f"font-family:{escape(SANS)};font-size:14px;line-height:1.5;max-width:46em;margin:4px 0;"
        f"padding:8px 14px;border:1px solid {colour};border-left-width:6px;border-radius:4px"
    )
    return (
        f'<div role="note" aria-label="{label}" style="{style}">'
        f"<div><strong>{label}:</strong> {head}</div>{body}<div>{foot}</div></div>"
    )


def _bold(html: str, bold: bool) -> str:
    return f"<strong>{html}</strong>" if bold else html


def _inline(words: str) -> str:
    """Words as HTML; what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words, quote=False))
