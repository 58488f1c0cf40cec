"""The pictures of README and guide, made by running what they show.

    make pictures                 all of them
    make pictures ARGS=check      one of them

scene.py     a learner's clone in a temporary folder, its local AWS, and what the commands print there
terminal.py  what a command printed, as SVG, light and dark
pages.py     parts of the guide's pages, photographed in Chromium, light and dark
"""

from pathlib import Path

FOLDER = Path("docs") / "assets" / "pictures"
"""Where the pictures are, below the clone: NAME-light and NAME-dark."""
