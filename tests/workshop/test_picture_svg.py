"""Drawings that can be read: nothing overlaps or is cut, on light and dark, with or without eyes."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest

from tests.workshop.picture_scenes import GROWTH, HTTP, LIVE_PYTHON, TABLE
from workshop.picture import svg
from workshop.picture.album import Picture
from workshop.picture.compose import compose
from workshop.picture.layout import arrange
from workshop.picture.scene import CLIENT
from workshop.picture.snapshot import Snapshot

SVG = "{http://www.w3.org/2000/svg}"
STEPS = list(GROWTH)


def scene_of(step):
    """The scene of a step, as it is shown after the step before."""
    at = STEPS.index(step)
    return compose(GROWTH[step], compose(GROWTH[STEPS[at - 1]]) if at else None)


def drawing(scene):
    html = svg.draw(scene, "nb-")
    return ElementTree.fromstring(re.search(r"<svg.*</svg>", html, re.S)[0])


every_step = pytest.mark.parametrize("step", STEPS)


def places(scene):
    """The rectangles of all texts of a drawing: (left, top, right, bottom, words)."""
    root = drawing(scene)
    found = []
    for text in root.iter(f"{SVG}text"):
        mono = "mono" in text.get("font-family", "")
        bold = text.get("font-weight") == "700"
        each = svg.MONO_WIDTH if mono else svg.NAME_WIDTH if bold else svg.SANS_WIDTH
        size = float(text.get("font-size", svg.SIZE))
        x, y, width = float(text.get("x")), float(text.get("y")), len(text.text) * each
        if text.get("text-anchor") == "middle":
            x -= width / 2
        found.append((x, y - 0.8 * size, x + width, y + 0.2 * size, text.text))
    return found


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@every_step
def test_is_one_image_with_a_name_and_a_description(step):
    root = drawing(scene_of(step))
    assert root.get("role") == "img"
    title, description = root[0], root[1]
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "The backend that exists"
    assert description.text == repr(Picture(scene_of(step), "nb-"))


@every_step
def test_holds_no_script_and_nothing_from_outside(step):
    html = svg.draw(scene_of(step), "nb-")
    assert not re.search(r"<script|\bon\w+=|href|url\(|@import|<style", html)
    assert re.findall(r"https?://[^\"' ]+", html) == ["http://www.w3.org/2000/svg"]


@every_step
def test_no_boxes_overlap_and_all_lie_within(step):
    layout = arrange(scene_of(step))
    rects = [(r.x, r.y, r.right, r.bottom) for r in layout.boxes.values()]
    for at, one in enumerate(rects):
        assert one[0] >= 0
        assert one[1] >= 0
        assert one[2] <= layout.width
        assert one[3] <= layout.height
        assert not any(overlap(one, other) for other in rects[at + 1 :])


@every_step
def test_no_texts_overlap_and_all_lie_within(step):
    scene = scene_of(step)
    layout = arrange(scene)
    texts = places(scene)
    for at, one in enumerate(texts):
        assert one[0] >= 0
        assert one[2] <= layout.width, f"{one[4]} is cut"
        for other in texts[at + 1 :]:
            # Two labels may touch where arrows lie close.
            tight = (other[0], other[1] + 3, other[2], other[3] - 3, other[4])
            assert not overlap(one, tight), f"{one[4]} and {other[4]}"


@every_step
def test_no_arrow_crosses_a_box_or_a_label(step):
    scene = scene_of(step)
    layout = arrange(scene)
    texts = places(scene)
    for way in layout.lines:
        for (x1, y1), (x2, y2) in zip(way.points, way.points[1:], strict=False):
            leg = (min(x1, x2) + 0.5, min(y1, y2) + 0.5, max(x1, x2) - 0.5, max(y1, y2) - 0.5)
            leg = (leg[0], min(leg[1], leg[3]), max(leg[0], leg[2]), max(leg[1], leg[3]))
            for rect in layout.boxes.values():
                assert not overlap(leg, (rect.x, rect.y, rect.right, rect.bottom)), way.arrow
            for text in texts:
                assert not overlap(leg, text), f"{way.arrow} through {text[4]}"


@every_step
def test_no_label_lies_on_a_box(step):
    scene = scene_of(step)
    layout = arrange(scene)
    labels = {word for arrow in scene.arrows for word in (arrow.label, arrow.note) if word}
    for text in places(scene):
        if text[4] in labels:
            for rect in layout.boxes.values():
                assert not overlap(text, (rect.x, rect.y, rect.right, rect.bottom)), text[4]


@every_step
def test_every_arrow_joins_its_two_boxes(step):
    scene = scene_of(step)
    layout = arrange(scene)
    for way in layout.lines:
        for (x, y), key in ((way.points[0], way.arrow.start), (way.points[-1], way.arrow.end)):
            rect = layout.boxes[key]
            assert rect.x <= x <= rect.right
            assert rect.y <= y <= rect.bottom
    assert len(layout.lines) == len(scene.arrows)


def test_fits_beside_a_notebooks_margin():
    assert arrange(scene_of("deployed")).width <= 880


@every_step
def test_no_text_is_smaller_than_twelve_pixels_or_cut(step):
    root = drawing(scene_of(step))
    assert float(root.get("font-size")) >= 12
    for text in root.iter(f"{SVG}text"):
        assert float(text.get("font-size", 12)) >= 12
        if step != "log group":
            assert "…" not in text.text


def test_what_does_not_fit_is_cut_in_the_drawing_and_whole_in_its_description():
    name = "nb-" + "x" * 60
    root = drawing(compose(Snapshot((replace(TABLE, name=name),))))
    assert name not in [text.text for text in root.iter(f"{SVG}text")]
    assert any(text.text.endswith("x…") for text in root.iter(f"{SVG}text"))
    assert name in root[1].text


def test_names_are_escaped():
    evil = "nb-</text><script>&\"'"
    snapshot = Snapshot(
        (replace(TABLE, name=evil, keys=(evil,)),),
        functions=(replace(LIVE_PYTHON, handler=evil, runtime=evil),),
        apis=(replace(HTTP, name=evil),),
    )
    html = svg.draw(compose(snapshot, compose(GROWTH["nothing"])), "<nb>")
    assert "<script" not in html
    assert "<nb>" not in html
    assert evil in drawing(compose(snapshot))[1].text


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("page", ["#FFFFFF", "#111111"])
@pytest.mark.parametrize("accent", [svg.BLUE, svg.GREEN, svg.VERMILLION, svg.BADGE])
def test_accents_stand_out_from_light_and_dark_pages(accent, page):
    assert contrast(accent, page) >= 3


def test_the_badge_can_be_read():
    assert contrast("#FFFFFF", svg.BADGE) >= 4.5


@every_step
def test_no_other_colours_are_used(step):
    used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg.draw(scene_of(step), "nb-")))
    assert used <= {"currentColor", "none", "#FFFFFF", svg.BLUE, svg.GREEN, svg.VERMILLION, svg.BADGE}


def test_states_differ_by_more_than_colour():
    root = drawing(scene_of("rest"))
    dashes = {line.get("stroke"): line.get("stroke-dasharray") for line in root.iter(f"{SVG}polyline")}
    assert dashes[svg.VERMILLION]
    assert not dashes[svg.GREEN]
    assert len(list(root.iter(f"{SVG}path"))) == 1
    assert [text.text for text in root.iter(f"{SVG}text")].count("new") == 2
    planned = [
        rect for rect in drawing(scene_of("nothing")).iter(f"{SVG}rect") if rect.get("stroke-dasharray")
    ]
    assert len(planned) == 6


def test_two_pictures_in_a_page_do_not_share_ids():
    ids = [drawing(scene_of(step))[0].get("id") for step in STEPS]
    assert len(set(ids)) == len(ids)


def test_the_client_is_always_there():
    assert all(CLIENT in arrange(scene_of(step)).boxes for step in STEPS)
