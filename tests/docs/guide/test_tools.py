"""The tools that look at the guide are locked by hash, and named with their reason."""

import json
import re

import pytest

from tests.docs.guide.tools import HERE
from tests.repository.sources import ROOT

PROJECTS = ["checks", "chromium", "spelling"]


@pytest.mark.parametrize("name", PROJECTS)
def test_each_package_has_its_hash_and_no_address(name):
    lock = json.loads((HERE / name / "package-lock.json").read_text())["packages"]
    packages = {path: package for path, package in lock.items() if path}
    assert packages
    without = [path for path, package in packages.items() if not package["integrity"].startswith("sha512-")]
    assert not without
    assert not [path for path, package in packages.items() if "resolved" in package]


@pytest.mark.parametrize("name", PROJECTS)
def test_each_is_pinned_and_explained(name):
    page = (ROOT / "docs" / "reference" / "dependencies.md").read_text()
    for package, version in json.loads((HERE / name / "package.json").read_text())["dependencies"].items():
        assert f"`{package}`" in page
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
