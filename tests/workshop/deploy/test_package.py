"""Packing local code: which paths, which files, always the same bytes, and the template's text."""

import io
import os
import zipfile

import pytest

from tests.workshop.deploy.templates import FUNCTION, no_bundler
from workshop.deploy import FellShort, archive
from workshop.deploy.archive import zipped
from workshop.deploy.package import packaged_text, packages
from workshop.deploy.template import read


@pytest.fixture
def lab(tmp_path):
    """A lab's folder with code in `src`."""
    (tmp_path / "lab" / "src" / "deep").mkdir(parents=True)
    (tmp_path / "lab" / "src" / "app.py").write_text("def handler(event, context): ...\n")
    (tmp_path / "lab" / "src" / "deep" / "more.py").write_text("x = 1\n")
    return tmp_path / "lab"


def packed(lab, text):
    (lab / "template.yaml").write_text(text)
    template = read(lab / "template.yaml")
    return template, packages(template, no_bundler)


def names(content):
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_what_no_function_needs_stays_out(lab):
    for name in ("__pycache__/app.pyc", ".env", ".git/config", "notes.ipynb", "deep/old.pyc"):
        file = lab / "src" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("x")
    _, [package] = packed(lab, FUNCTION)
    assert names(package.content) == ["app.py", "deep/more.py"]


def test_the_template_itself_is_no_code(lab):
    _, [before] = packed(lab, FUNCTION.replace("CodeUri: src", "CodeUri: ."))
    assert names(before.content) == ["src/app.py", "src/deep/more.py"]
    _, [after] = packed(lab, FUNCTION.replace("CodeUri: src", "CodeUri: .").replace("3.13", "3.12"))
    assert before.key == after.key


def test_the_same_files_make_the_same_bytes(lab):
    first = zipped(lab / "src")
    (lab / "src" / "app.py").touch()
    os.utime(lab / "src" / "app.py", (0, 0))
    assert zipped(lab / "src") == first
    (lab / "src" / "app.py").write_text("changed")
    assert zipped(lab / "src") != first


def test_lambda_may_read_every_file(lab):
    (lab / "src" / "app.py").chmod(0o600)
    (lab / "src" / "run.sh").write_text("#!/bin/sh\n")
    (lab / "src" / "run.sh").chmod(0o700)
    entries = zipfile.ZipFile(io.BytesIO(zipped(lab / "src"))).infolist()
    modes = {entry.filename: entry.external_attr >> 16 for entry in entries}
    assert modes == {"app.py": 0o644, "deep/more.py": 0o644, "run.sh": 0o755}


def test_a_link_inside_is_followed_and_a_circle_ends(lab):
    (lab / "src" / "same.py").symlink_to(lab / "src" / "app.py")
    (lab / "src" / "deep" / "up").symlink_to(lab / "src")
    (lab / "src" / "alike").symlink_to(lab / "src" / "deep")
    assert names(zipped(lab / "src")) == ["alike/more.py", "app.py", "deep/more.py", "same.py"]


@pytest.mark.parametrize(("target", "found"), [("../../secret", "out of the folder"), ("nowhere", "nowhere")])
def test_a_link_out_of_the_folder_is_refused(lab, target, found):
    (lab.parent / "secret").write_text("key")
    (lab / "src" / "link").symlink_to(target)
    with pytest.raises(FellShort, match=found) as problem:
        packed(lab, FUNCTION)
    assert str(lab / "src" / "link") in str(problem.value)


def test_too_much_names_the_largest(lab, monkeypatch):
    monkeypatch.setattr(archive, "UNZIPPED_BYTES", 1024 * 1024)
    (lab / "src" / "big.bin").write_bytes(bytes(1024 * 1024))
    with pytest.raises(FellShort) as problem:
        zipped(lab / "src")
    assert "big.bin (1.0 MB)" in str(problem.value)
    assert "1.0 MB at most" in str(problem.value)


def test_the_limit_is_lambdas():
    assert archive.UNZIPPED_BYTES == 262_144_000


def test_nothing_to_pack(lab):
    (lab / "empty").mkdir()
    with pytest.raises(FellShort, match="no file to pack"):
        packed(lab, FUNCTION.replace("CodeUri: src", "CodeUri: empty"))


@pytest.mark.parametrize(
    ("path", "found"), [("sorce", "no folder and no file"), ("..", "outside of the lab")]
)
def test_a_path_that_leads_nowhere_names_the_line(lab, path, found):
    with pytest.raises(FellShort, match=found) as problem:
        packed(lab, FUNCTION.replace("CodeUri: src", f"CodeUri: {path}"))
    assert f"line 6: CodeUri: {path}" in str(problem.value)


def test_addresses_take_the_place_of_paths_and_nothing_else_changes(lab):
    text = FUNCTION + "  # the end\n"
    template, made = packed(lab, text)
    assert packaged_text(template, made, "bucket") == text.replace(
        "CodeUri: src", f"CodeUri: s3://bucket/{made[0].key}"
    )


def test_every_place_of_local_code(lab):
    text = """\
Globals:
  Function:
    CodeUri: "src"
Resources:
  A:
    Type: AWS::Lambda::Function
    Properties:
      Code: src/deep
  B:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/app.py
  C:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ready.zip
"""
    (lab / "ready.zip").write_bytes(zipped(lab / "src" / "deep"))
    template, made = packed(lab, text)
    assert [names(package.content) for package in made] == [
        ["app.py", "deep/more.py"],
        ["more.py"],
        ["app.py"],
        ["more.py"],
    ]
    new = packaged_text(template, made, "b")
    assert f"CodeUri: s3://b/{made[0].key}\n" in new
    assert f"Code: {{S3Bucket: b, S3Key: {made[1].key}}}\n" in new
    assert f"CodeUri: s3://b/{made[3].key}\n" in new


def test_what_is_no_local_path(lab):
    text = """\
Resources:
  A: {Type: AWS::Serverless::Function, Properties: {CodeUri: s3://bucket/key}}
  B: {Type: AWS::Serverless::Function, Properties: {InlineCode: x}}
  C: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: x}}}
  D: {Type: AWS::Lambda::Function, Properties: {Code: !Ref Somewhere}}
  E: {Type: AWS::DynamoDB::Table, Properties: {CodeUri: src}}
  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: }}
"""
    template, made = packed(lab, text)
    assert made == []
    assert packaged_text(template, made, "bucket") == text
