"""The generated pages of the reference.

python -m tests.reference        writes docs/reference/cli.md, checks.md, findings/ and settings.md anew
"""

from tests.reference.pages import MAKERS, file, text
from tests.repository.sources import ROOT


def main() -> None:
    for name in MAKERS:
        file(name).parent.mkdir(exist_ok=True)
        file(name).write_text(text(name), encoding="utf-8")
        print(file(name).relative_to(ROOT))


if __name__ == "__main__":
    main()
