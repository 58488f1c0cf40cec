"""Each lab of this clone goes on from the one before: what starters and answers must be for that."""

import itertools

import pytest

from tests.graders.submission import submissions
from tests.repository.sources import ROOT
from workshop.catalogue import LANGUAGES, labs
from workshop.deploy.template import read
from workshop.folders import files_in, solution, starter
from workshop.growth import TEMPLATE, grow

LABS = labs(ROOT)
STEPS = [(before, lab, language) for before, lab in itertools.pairwise(LABS) for language in LANGUAGES]
NAMES = [f"{lab.key}-{language}" for _, lab, language in STEPS]


def grown(own, before, lab, language):
    folders = (starter(before, language), solution(before, language), starter(lab, language))
    return grow(files_in(own), *folders)


@pytest.mark.parametrize(("before", "lab", "language"), STEPS, ids=NAMES)
def test_whatever_the_learner_has_changed_in_our_answer_goes_on(before, lab, language, tmp_path):
    """A line at the end of each file: the starter still has what our answer has, and each can be merged."""
    answer, gaps = solution(before, language), starter(lab, language)
    for name, path in answer.items():
        comment = "// mine" if path.suffix == ".mjs" else "# mine"
        (tmp_path / name).write_text(f"{path.read_text()}{comment}\n")
    made = grown(tmp_path, before, lab, language)
    assert made.left == ()
    assert set(made.yours) >= {name for name in answer if name in gaps}
    assert TEMPLATE in made.merged
    for name in gaps:
        if name not in answer:
            assert made.files[name] == gaps[name], "what is new comes from the starter"


@pytest.mark.parametrize(("before", "lab", "language"), STEPS, ids=NAMES)
def test_right_answers_of_another_shape_go_on_or_are_named(before, lab, language, tmp_path):
    gaps = read(starter(lab, language)[TEMPLATE])
    merged = 0
    for right in submissions("right", before.key):
        if right.language != language:
            continue
        own = right.write(tmp_path / right.id)
        made = grown(own, before, lab, language)
        assert set(made.left) <= {TEMPLATE}, f"{right.id}: code that passes goes on"
        (tmp_path / TEMPLATE).write_bytes(made.files[TEMPLATE] if TEMPLATE in made.merged else b"{}")
        names = read(tmp_path / TEMPLATE).keys("Resources")
        assert TEMPLATE not in made.merged or set(names) >= set(gaps.resources()), right.id
        merged += TEMPLATE in made.merged
    assert merged or language != LANGUAGES[0], "templates of another shape are merged"
