"""diagnosis.yaml: what is not well formed is refused with its line."""

import pytest

from workshop.doctor.layers import LAYERS
from workshop.errors import Problem
from workshop.incidents import diagnosis
from workshop.incidents.diagnosis import LAYER_NAMES, Diagnosis

RIGHT = """\
# the first ticket
layer: role
cause: action-not-allowed
evidence:
  log-line: "AccessDeniedException … dynamodb:PutItem"
"""


def read(tmp_path, text):
    file = tmp_path / "diagnosis.yaml"
    file.write_text(text)
    return diagnosis.read(file)


def test_a_right_one(tmp_path):
    assert read(tmp_path, RIGHT) == Diagnosis(
        "role of the function",
        "action-not-allowed",
        "log-line",
        "AccessDeniedException … dynamodb:PutItem",
    )


def test_what_is_sealed_is_what_was_written(tmp_path):
    text = RIGHT.replace('log-line: "AccessDeniedException … dynamodb:PutItem"', "call: lambda get-policy")
    with_call = read(tmp_path, f"{text}  shows: SourceArn\n")
    assert with_call.as_dict() == {
        "layer": "role of the function",
        "cause": "action-not-allowed",
        "evidence": {"call": "lambda get-policy", "shows": "SourceArn"},
    }


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.NAME)
def test_a_layer_is_named_by_a_word_or_as_the_doctor_does(tmp_path, layer):
    (word,) = (word for word, name in LAYER_NAMES.items() if name == layer.NAME)
    for text in (word, layer.NAME, layer.NAME.upper()):
        assert read(tmp_path, RIGHT.replace("layer: role", f"layer: {text}")).layer == layer.NAME


@pytest.mark.parametrize(
    ("old", "new", "line", "found"),
    [
        (RIGHT, "", 1, "empty"),
        (RIGHT, "layer", 1, "`layer`"),
        ("layer: role", "layer: [role", 3, "no YAML"),
        ("layer: role", "layer role", 3, "no YAML"),
        ("layer: role", "\tlayer: role", 2, "no YAML"),
        ("layer: role", "layer:", 2, "layer is empty"),
        ("layer: role", "layer: [role]", 2, "a list or a table"),
        ("layer: role", "layer: lambda", 2, "`lambda` is no layer"),
        ("layer: role\n", "", 1, "there is no `layer:`"),
        ("action-not-allowed", "access denied", 3, "`access denied` is no cause"),
        ("layer: role", "layer: role\nseed: 7", 3, "`seed:`, which means nothing here"),
        ("evidence:", "evidence: yes #", 5, "no YAML"),
        ("evidence:\n", "evidence: yes\n#", 4, "evidence is `yes`"),
        ("log-line:", "logline:", 5, "`logline:`, which means nothing here"),
        ("log-line:", "call:", 4, "there is no `shows:`"),
        ("  log-line:", "  request-id: 1\n  log-line:", 4, "request-id and log-line"),
        ("  log-line:", "  shows: something\n  log-line:", 5, "shows beside log-line"),
        ('"AccessDeniedException … dynamodb:PutItem"', "ERROR", 5, "could be anywhere"),
        ('log-line: "AccessDeniedException … dynamodb:PutItem"', "shows: SourceArn", 4, "none of the three"),
        ('log-line: "AccessDeniedException … dynamodb:PutItem"', "request-id:", 5, "request-id is empty"),
    ],
)
def test_what_is_not_well_formed_is_refused_with_its_line(tmp_path, old, new, line, found):
    assert old in RIGHT
    with pytest.raises(Problem) as refused:
        read(tmp_path, RIGHT.replace(old, new))
    assert refused.value.looked_at == f"diagnosis.yaml, line {line}"
    assert found in refused.value.found
    assert "workshop seal" in refused.value.do_next


def test_a_file_that_is_not_there_or_no_text(tmp_path):
    with pytest.raises(Problem, match="not there"):
        diagnosis.read(tmp_path / "diagnosis.yaml")
    (tmp_path / "diagnosis.yaml").write_bytes(b"layer: \xff\xfe")
    with pytest.raises(Problem, match="UTF-8"):
        diagnosis.read(tmp_path / "diagnosis.yaml")
