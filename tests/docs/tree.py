"""The drawing of the decision tree in the guide.

python -m tests.docs.tree        writes docs/layers/5-troubleshooting.svg anew
"""

from tests.repository.sources import ROOT
from workshop.figures import decision_tree
from workshop.figures.decisions_svg import svg

FILE = ROOT / "docs" / "layers" / "5-troubleshooting.svg"


def drawing():
    """What is to be in the file."""
    return f"{svg(decision_tree())}\n"


if __name__ == "__main__":
    FILE.write_text(drawing(), encoding="utf-8")
