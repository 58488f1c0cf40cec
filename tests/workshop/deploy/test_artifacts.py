"""The bucket of code packages, on a sandbox."""

import secrets
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from tests.workshop.deploy.answers import Client, client_error
from tests.workshop.deploy.templates import FUNCTION, no_bundler
from workshop.deploy.artifacts import bucket_name, upload, upload_template
from workshop.deploy.package import packages
from workshop.deploy.template import read
from workshop.errors import Problem
from workshop.target import Target


@pytest.fixture
def target(sandbox):
    account = f"{secrets.randbelow(9 * 10**11) + 10**11}"
    return Target("sandbox", sandbox.url, account, "us-east-1", account)


@pytest.fixture
def code(tmp_path):
    """`code(text)`: the packages of a function whose code is `text`."""
    (tmp_path / "src").mkdir()
    (tmp_path / "template.yaml").write_text(FUNCTION)

    def pack(text):
        (tmp_path / "src" / "app.py").write_text(text)
        return packages(read(tmp_path / "template.yaml"), no_bundler)

    return pack


def keys(target):
    listed = target.session().client("s3").list_objects_v2(Bucket=bucket_name("workshop", target))
    return {one["Key"] for one in listed["Contents"]}


def test_each_package_is_uploaded_once(target, code):
    one, two = code("one"), code("two")
    assert upload(target.session(), target, "workshop", one) == one
    assert upload(target.session(), target, "workshop", one) == []
    assert upload(target.session(), target, "workshop", [*one, *two]) == two
    assert keys(target) == {one[0].key, two[0].key}


def test_what_is_uploaded_is_the_package(target, code):
    [package] = code("one")
    upload(target.session(), target, "workshop", [package])
    bucket = f"workshop-artifacts-{target.account}-us-east-1"
    said = target.session().client("s3").get_object(Bucket=bucket, Key=package.key)
    assert said["Body"].read() == package.content


def test_the_bucket_is_tagged(target, code):
    upload(target.session(), target, "ada", code("one"))
    tags = target.session().client("s3").get_bucket_tagging(Bucket=bucket_name("ada", target))["TagSet"]
    assert tags == [{"Key": "workshop", "Value": "ada"}]


def test_no_code_no_bucket(target):
    assert upload(target.session(), target, "workshop", []) == []
    assert target.session().client("s3").list_buckets()["Buckets"] == []


def test_another_region_is_named(target, code):
    there = Target("sandbox", target.url, target.account, "eu-west-1", target.account)
    upload(there.session(), there, "workshop", code("one"))
    place = there.session().client("s3").get_bucket_location(Bucket=bucket_name("workshop", there))
    assert place["LocationConstraint"] == "eu-west-1"


class Taken(Exception):
    """As S3's BucketAlreadyExists."""


class Ours(Exception):
    """As S3's BucketAlreadyOwnedByYou, which regions other than us-east-1 answer."""


def s3_that(answer, status):
    """A session whose S3 answers HEAD with `status`, and CreateBucket with `answer`."""
    missing = client_error(status, "", "HeadObject", int(status))
    client = Client(head_object=[missing], create_bucket=[answer], put_object=[{}])
    client.exceptions = SimpleNamespace(BucketAlreadyExists=Taken, BucketAlreadyOwnedByYou=Ours)
    return SimpleNamespace(client=lambda service: client), client


@pytest.mark.parametrize("status", ["403", "404"])
def test_a_name_that_another_account_has(target, code, status):
    session, client = s3_that(Taken(), status)
    with pytest.raises(Problem, match="another account") as problem:
        upload(session, target, "workshop", code("one"))
    assert "WORKSHOP_PREFIX" in problem.value.do_next
    assert not client.called("put_object")


def test_a_bucket_that_is_ours_already(target, code):
    session, client = s3_that(Ours(), "403")
    upload(session, target, "workshop", code("one"))
    assert client.called("put_object")


def test_an_error_of_s3_is_not_hidden(target, code):
    session, _ = s3_that({}, "500")
    with pytest.raises(ClientError):
        upload(session, target, "workshop", code("one"))


def test_a_long_template_is_uploaded_once_and_has_a_url(target):
    url = upload_template(target.session(), target, "workshop", "Resources: {}")
    assert upload_template(target.session(), target, "workshop", "Resources: {}") == url
    [key] = keys(target)
    assert url == f"{target.url}/{bucket_name('workshop', target)}/{key}"
