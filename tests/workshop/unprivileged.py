"""Does something as a user whom file permissions bind, which they do not bind root."""

import contextlib
import os

NOBODY = 65534


@contextlib.contextmanager
def bound_by_permissions():
    """For as long as it lasts, root is nobody; anyone else stays who they are."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def open_to_all(folder):
    """A temporary folder, that nobody may walk into from the root on."""
    for one in (folder, *folder.parents):
        if one.stat().st_uid == os.geteuid() and one.stat().st_mode & 0o055 != 0o055:
            one.chmod(one.stat().st_mode | 0o055)
    return folder
