"""A picture of the backend that exists, looked at through AWS APIs.

    album = Album(session, prefix="nb-")
    album.picture()          # in a notebook: a drawing; in a terminal: text

read.py      looks at the running system          snapshot.py  what there is, as flat data
compose.py   what to show of it, what is new      boxes.py, arrows.py, scene.py  its parts
layout.py    where the boxes and arrows go        svg.py       the drawing
text.py      the same in plain characters         album.py     one picture after the other
"""

from __future__ import annotations

from workshop.picture.album import Album, Picture

__all__ = ["Album", "Picture"]
