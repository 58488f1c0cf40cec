"""Templates are merged by logical id; what both have changed in their ways is not merged."""

import pytest

from tests.repository.sources import ROOT
from workshop.deploy.template import read
from workshop.template_merge import merge, pieces

BASE = """\
# The workshop.
AWSTemplateFormatVersion: "2010-09-09"
Description: Lab 2.

Resources:
  Table:
    Type: AWS::DynamoDB::Table

  Role:
    Type: AWS::IAM::Role
    Properties:
      Path: /
      # inside

Outputs:
  Name:
    Value: !Ref Table
"""
GAP = """\
  # TODO: the function
"""
FUNCTION = """\

  Function:
    Type: AWS::Lambda::Function
"""
LOGS = """\

  Logs:
    Type: AWS::Logs::LogGroup
"""
ROLE = BASE[BASE.index("  Role:") : BASE.index("\nOutputs:")]
OUTPUT = "  Role:\n    Value: !Ref Role\n"
NEW = "  New: {Type: T}\n"
TEMPLATES = sorted(path for top in ("labs", "solutions") for path in (ROOT / top).rglob("template.yaml"))


@pytest.fixture
def template(tmp_path):
    def template(text, name="template.yaml"):
        (tmp_path / name).write_text(text)
        return read(tmp_path / name)

    return template


@pytest.fixture
def merged(template):
    """The merge of two texts that both came from BASE; pieces that both changed are put side by side."""

    def merged(own, ours, base=BASE, piece=lambda own, base, ours: f"<{own}|{base}|{ours}>"):
        return merge(template(own), template(base, "base"), template(ours, "ours"), piece)

    return merged


def put(text, above, base=BASE):
    assert base.count(above) == 1
    return base.replace(above, text + above)


class TestPieces:
    def test_each_name_has_one_and_comments_go_with_what_is_below_them(self, template):
        text = put(
            "  # Who?\n",
            "  Role:",
            put(f"{GAP}# What others ask for.\n", "Outputs:", f"{BASE}  # more\n# end\n"),
        )
        assert list(pieces(template(text)).items()) == [
            (("AWSTemplateFormatVersion", ""), '# The workshop.\nAWSTemplateFormatVersion: "2010-09-09"\n'),
            (("Description", ""), "Description: Lab 2.\n"),
            (("Resources", ""), "\nResources:\n"),
            (("Resources", "Table"), "  Table:\n    Type: AWS::DynamoDB::Table\n"),
            (
                ("Resources", "Role"),
                f"\n  # Who?\n{ROLE}",
            ),
            (("Resources", "\0"), "\n  # TODO: the function\n"),
            (("Outputs", ""), "# What others ask for.\nOutputs:\n"),
            (("Outputs", "Name"), "  Name:\n    Value: !Ref Table\n"),
            (("Outputs", "\0"), "  # more\n# end\n"),
        ]

    @pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
    def test_together_they_are_the_whole_template(self, path):
        cut = pieces(read(path))
        assert "".join(cut.values()) == path.read_text()
        assert {name for section, name in cut if section == "Resources"} >= {"UsersTable"}

    @pytest.mark.parametrize(
        "text",
        [
            "{}",
            '{"Resources": {"A": {"Type": "T"}},\n"Outputs": {}}',
            "Resources: {A: {Type: T}}\nOutputs: {}",
        ],
    )
    def test_what_is_not_written_line_by_line_stays_in_one(self, template, text):
        assert "".join(pieces(template(text)).values()) == f"{text}\n"


def end(text, base=BASE):
    """`base` with a text at the end of its resources."""
    return put(text, "\nOutputs:", base)


MERGES = {
    "nothing": (BASE, BASE, BASE),
    "ours": (BASE, end(FUNCTION), end(FUNCTION)),
    "own": (end(LOGS), BASE, end(LOGS)),
    "a resource each, at one place": (end(LOGS), end(FUNCTION), end(LOGS + FUNCTION)),
    "a resource, and a gap at its place": (end(LOGS), end(GAP), end(LOGS + GAP)),
    "comments at one place": (end("  # mine\n"), end(GAP), end(f"  # mine\n{GAP}")),
    "one piece each": (
        BASE.replace("Path: /", "Path: /a"),
        end(GAP),
        end(GAP).replace("Path: /", "Path: /a"),
    ),
    "two descriptions": (BASE.replace("2.", "Mine."), BASE.replace("2.", "3."), BASE.replace("2.", "Mine.")),
    "our description": (BASE, BASE.replace("2.", "3."), BASE.replace("2.", "3.")),
    "an output": (BASE, BASE + OUTPUT, BASE + OUTPUT),
    "no line feed at the end": (BASE.rstrip(), BASE + OUTPUT, BASE + OUTPUT),
    "a section": (BASE, f"{BASE}Parameters: {{}}\n", f"{BASE}Parameters: {{}}\n"),
    "a comment inside": (BASE, BASE.replace("      # inside\n", ""), BASE.replace("      # inside\n", "")),
    "blank lines": (put("\n\n", "\n  Role"), end(GAP), end(GAP, put("\n\n", "\n  Role"))),
    "the same resource": (put(NEW, "  Table:"), end(NEW), put(NEW, "  Table:")),
}
"""What the learner has, what we have, and both in one."""


class TestMerge:
    @pytest.mark.parametrize("what", MERGES)
    def test_what_each_has_changed_stands(self, merged, what):
        own, ours, both = MERGES[what]
        assert merged(own, ours) == both

    def test_a_transform_that_the_learner_has_left_out_is_back(self, merged):
        assert merged(BASE, f"Transform: S\n{BASE}", f"Transform: S\n{BASE}") == f"{BASE}Transform: S\n"

    def test_what_both_have_changed_is_merged_by_the_piece(self, merged):
        own, ours = BASE.replace("Path: /", "Path: /a/"), BASE.replace("Path: /", "Path: /b/")
        pieces_seen = []
        said = merged(own, ours, piece=lambda *three: pieces_seen.append(three) or "\n  Role: merged\n")
        assert (
            said == BASE[: BASE.index("\n  Role:")] + "\n  Role: merged\n" + BASE[BASE.index("\nOutputs:") :]
        )
        assert [[line for line in piece.splitlines() if "Path" in line] for piece in pieces_seen[0]] == [
            *(["      Path: /a/"], ["      Path: /"], ["      Path: /b/"]),
        ]
        assert merged(own, ours, piece=lambda *three: None) is None

    @pytest.mark.parametrize(
        ("own", "ours"),
        [
            (put("  New: {Type: A}\n", "  Table:"), put("  New: {Type: B}\n", "  Table:")),
            (
                BASE.replace("Path: /", "Path: /a/"),
                BASE[: BASE.index("\n  Role:")] + BASE[BASE.index("\nOutputs:") :],
            ),
            (end(LOGS + LOGS), BASE),
        ],
        ids=["both have added it", "we have removed it", "it stands twice"],
    )
    def test_what_cannot_be(self, merged, own, ours):
        assert merged(own, ours) is None

    def test_what_the_learner_has_removed_stays_away(self, merged):
        own = BASE[: BASE.index("\n  Role:")] + BASE[BASE.index("\nOutputs:") :]
        assert merged(own, end(FUNCTION)) == end(FUNCTION, own)
