"""A prediction says what it asks, what was chosen, and what came true, as a card and as text."""

import re
from html.parser import HTMLParser

import pytest

from workshop.predict import predict


def ask(yours="", **more):
    return predict(
        "The item calls its key `id`. What does <PutItem> do?",
        a="It stores the item.",
        b="It refuses it.",
        **more,
        yours=yours,
    )


def words_of(card):
    """What a person reads on the card, without the markup."""
    parser = HTMLParser()
    found = []
    parser.handle_data = found.append
    parser.feed(card._repr_html_())
    return re.sub(r"\s+", " ", " ".join(found))


def test_without_a_prediction_the_card_says_how_to_make_one():
    card = ask()
    assert not card.made
    assert repr(card) == (
        "Predict: The item calls its key `id`. What does <PutItem> do?\n"
        "  a) It stores the item.\n"
        "  b) It refuses it.\n"
        'No prediction yet. Write a or b into `yours=""` above, and run this cell again.'
    )
    assert 'No prediction yet. Write a or b into yours="" above' in words_of(card)


@pytest.mark.parametrize("yours", ["b", "B", " b "])
def test_a_prediction_is_marked(yours):
    card = ask(yours)
    assert card.made
    assert "> b) It refuses it.\nYour prediction: b. Now run the next cell." in repr(card)
    assert "<strong>It refuses it.</strong>" in card._repr_html_()
    assert "<strong>It stores the item.</strong>" not in card._repr_html_()


def test_a_slip_of_the_finger_is_said_and_stops_nothing():
    card = ask("x", c="It waits.")
    assert not card.made
    assert '`x` is none of the choices. Write a, b or c into `yours=""` above' in repr(card)
    assert "You made no prediction" in repr(card.reveal("a"))


@pytest.mark.parametrize(
    ("yours", "verdict"),
    [
        ("a", "You predicted a; what happened is b. Where did the two part?"),
        ("b", "You predicted b, and that is what happened."),
        ("", "You made no prediction this time."),
    ],
)
def test_the_outcome_compares_with_what_was_observed(yours, verdict):
    outcome = ask(yours).reveal("b", saw=ValueError("Missing the key <userId>"))
    assert repr(outcome) == f"Observed: b) It refuses it.\nSeen: Missing the key <userId>\n{verdict}"
    assert words_of(outcome).split() == (
        f"Observed: b) It refuses it. Missing the key <userId> {verdict}".split()
    )


def test_an_outcome_may_have_nothing_to_show():
    assert "Seen" not in repr(ask("a").reveal("a"))


def test_what_is_no_choice_cannot_be_observed():
    with pytest.raises(ValueError, match="observed 'z', which is none of the choices: a or b"):
        ask().reveal("z")


def test_one_choice_is_no_question():
    with pytest.raises(ValueError, match="two choices or more, this one has 1"):
        predict("Really?", a="Yes.")


@pytest.mark.parametrize("card", [ask(), ask("a"), ask("a").reveal("b", saw="<script>x</script>")])
def test_a_card_is_readable_on_any_page(card):
    html = card._repr_html_()
    assert "<script" not in html
    assert "<PutItem>" not in html
    assert not re.search(r"(?<!-)\bcolor:|background", html), "text keeps the page's colour"
