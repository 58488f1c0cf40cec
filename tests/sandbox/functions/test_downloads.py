"""The links of GetFunction: the zip file that was sent, for ten minutes, for whoever has the link."""

from __future__ import annotations

import io
import zipfile

import requests

from sandbox.functions.downloads import VALID_SECONDS, Downloads
from sandbox.functions.names import FunctionName
from sandbox.messages import HttpRequest
from tests.sandbox.functions.conftest import zipped


def location(api, **version):
    code = api.get_function(FunctionName="users", **version)["Code"]
    assert code["RepositoryType"] == "S3"
    return code["Location"]


def test_the_code_can_be_downloaded(deploy, client):
    api = client("lambda")
    deployed = deploy("handler = str", FunctionName="users")
    answer = requests.get(location(api), timeout=10)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == ["index.py"]
    assert len(answer.content) == deployed.created["CodeSize"]


def test_a_version_keeps_its_code(deploy, client):
    api = client("lambda")
    deploy("handler = str", FunctionName="users")
    api.publish_version(FunctionName="users")
    first, old = requests.get(location(api, Qualifier="1"), timeout=10), location(api)
    api.update_function_code(FunctionName="users", ZipFile=zipped({"index.py": "handler = print"}))
    assert requests.get(location(api, Qualifier="1"), timeout=10).content == first.content
    assert requests.get(location(api), timeout=10).content != first.content
    assert requests.get(old, timeout=10).status_code == 404


def test_a_changed_link_is_refused(deploy, client):
    api = client("lambda")
    deploy("handler = str", FunctionName="users")
    link = location(api)
    for changed in (
        link.replace("/users/", "/other/"),
        link.partition("?")[0],
        link.replace("Expires=", "Expires=9"),
    ):
        assert requests.get(changed, timeout=10).status_code == 403, changed


def test_a_link_ends_after_ten_minutes():
    clock = [1000.0]
    downloads = Downloads("http://127.0.0.1:1", now=lambda: clock[0])
    path, _, query = downloads.link(FunctionName("123456789012", "us-east-1", "users", None))[18:].partition(
        "?"
    )
    request = HttpRequest("GET", path, query, ())
    assert downloads.answer(request).status == 404  # there is no such function
    clock[0] += VALID_SECONDS + 1
    assert downloads.answer(request).status == 403
