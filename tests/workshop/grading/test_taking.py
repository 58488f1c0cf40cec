"""What is copied, and what is refused before it is read."""

import pytest

from tests.workshop.grading.handed_in import LAB_1, huge_file, link_out, pipe, solutions
from tests.workshop.unprivileged import bound_by_permissions, open_to_all
from workshop.grading import taking
from workshop.grading.taking import CannotTake, entries


@pytest.fixture
def lab(tmp_path):
    solutions((LAB_1,))(tmp_path)
    return tmp_path / LAB_1


def test_a_copy_is_the_same(lab, tmp_path):
    (lab / "deep" / "er").mkdir(parents=True)
    (lab / "deep" / "er" / "run.sh").write_text("#!/bin/sh\n")
    (lab / "deep" / "er" / "run.sh").chmod(0o700)
    (lab / "link.py").symlink_to("deep/../users.py")
    (lab / "node_modules" / "left-pad").mkdir(parents=True)
    (lab / "node_modules" / "left-pad" / "index.js").touch()
    found = entries({LAB_1: lab})
    copy = tmp_path / "copy"
    taking.copy(found, copy)
    assert (copy / LAB_1 / "users.py").read_bytes() == (lab / "users.py").read_bytes()
    assert (copy / LAB_1 / "link.py").readlink().as_posix() == "deep/../users.py"
    assert (copy / LAB_1 / "deep/er/run.sh").stat().st_mode & 0o777 == 0o755
    assert (copy / LAB_1 / "users.py").stat().st_mode & 0o777 == 0o644
    assert (copy / LAB_1 / "node_modules/left-pad/index.js").is_file()


def test_what_tools_leave_behind_stays(lab):
    before = entries({LAB_1: lab})
    for name in ("__pycache__", ".git", ".venv", ".aws-sam", ".aside"):
        (lab / name).mkdir()
        (lab / name / "more").touch()
    assert entries({LAB_1: lab}) == before


def test_the_fingerprint_is_of_names_contents_and_modes(lab):
    def fingerprint():
        return taking.fingerprint(entries({LAB_1: lab}))

    seen = [fingerprint()]
    assert fingerprint() == seen[0]
    file = lab / "users.py"
    for change in (
        lambda: file.write_text(file.read_text() + "\n"),
        lambda: file.chmod(0o755),
        lambda: file.rename(lab / "user.py"),
        lambda: file.symlink_to("user.py"),
    ):
        change()
        seen.append(fingerprint())
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (link_out, "passwords is a link out of its folder, to ../../"),
        (huge_file, "It holds more than 200 MB; 01-dynamodb/data.bin alone is 3072.0 MB"),
        (pipe, "data.txt is neither a file nor a folder, but a pipe, a socket or a device."),
    ],
)
def test_what_is_refused_is_named(make, words, tmp_path):
    make(tmp_path)
    with pytest.raises(CannotTake) as refused:
        entries({LAB_1: tmp_path / LAB_1})
    assert words in str(refused.value)


@pytest.mark.parametrize("to", ["/etc/passwd", "..", "../02-iam/users.py", "."])
def test_links_that_lead_out(to, lab):
    (lab / "link").symlink_to(to)
    with pytest.raises(CannotTake, match="link out of its folder"):
        entries({LAB_1: lab})


def test_a_link_by_way_of_a_link(lab):
    (lab / "up").symlink_to("..")
    (lab / "file").symlink_to("up/other")
    with pytest.raises(CannotTake, match="01-dynamodb/"):
        entries({LAB_1: lab})


def test_more_files_and_folders_than_anyone_writes(lab, monkeypatch):
    (lab / "/".join("d" * 70)).mkdir(parents=True)
    with pytest.raises(CannotTake, match="more than 60 folders, one in another"):
        entries({LAB_1: lab})
    monkeypatch.setattr(taking, "MOST_FILES", 2)
    monkeypatch.setattr(taking, "MOST_LEVELS", 100)
    with pytest.raises(CannotTake, match="more than 2 files"):
        entries({LAB_1: lab})


def test_what_cannot_be_read_is_named(lab):
    open_to_all(lab)
    (lab / "secret").mkdir(mode=0)
    with bound_by_permissions(), pytest.raises(CannotTake, match="01-dynamodb/secret cannot be read"):
        entries({LAB_1: lab})
    (lab / "secret").rmdir()
    (lab / "users.py").chmod(0)
    found = entries({LAB_1: lab})
    with bound_by_permissions(), pytest.raises(CannotTake, match=r"01-dynamodb/users\.py cannot be read"):
        taking.fingerprint(found)
