"""Lab 2 says that a template was saved and not deployed, but not where a later lab's was deployed."""

from __future__ import annotations

from tests.graders.proving import check
from tests.graders.submission import TEMPLATE, Edit, Submission, copy_of, deploy
from tests.labs.iam import messages
from tests.repository.sources import ROOT

NO_SCAN = Edit(TEMPLATE, "", "                  - dynamodb:Scan\n")


def test_a_later_labs_template_is_not_to_be_undone(target, tmp_path):
    Submission("02-iam", "python-solution").write(tmp_path)
    later = copy_of(ROOT / "solutions/03-lambda", tmp_path / "03-lambda", "python")
    NO_SCAN.apply(later)
    deploy(later / TEMPLATE, target)
    finding = check("02-iam", target, tmp_path).first_failure.finding
    assert messages.MISSING_ACTION.made(finding)
    assert "deployed" not in finding.saw


def test_a_comment_is_no_change(target, tmp_path):
    folder = Submission("02-iam", "python-solution", edits=(NO_SCAN,)).write(tmp_path)
    deploy(folder / TEMPLATE, target)
    Edit(TEMPLATE, "  # Who may what?\n  UsersRole:\n", "  UsersRole:\n").apply(folder)
    finding = check("02-iam", target, tmp_path).first_failure.finding
    assert messages.MISSING_ACTION.made(finding)
    assert "deployed" not in finding.saw
