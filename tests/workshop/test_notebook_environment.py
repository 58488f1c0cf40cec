"""What is set for plain boto3, and what of a person's own is set aside."""

import os

import pytest

from workshop.environment import apply, redirect, restore
from workshop.target import Target

TARGET = Target("sandbox", "http://127.0.0.1:4566", "123456789012", "us-east-1", "test")


def after(environ, home):
    environ = dict(environ)
    apply(redirect(TARGET, environ, home), environ)
    return environ


def test_an_empty_environment_gets_all_that_boto3_needs(tmp_path):
    change = redirect(TARGET, {}, tmp_path)
    assert (change.unset, change.set_aside, change.real_key) == ((), (), False)
    assert dict(change.values) == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost,::1",
        "no_proxy": "127.0.0.1,localhost,::1",
    }


@pytest.mark.parametrize(
    "name",
    [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_ENDPOINT_URL_DYNAMODB",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_ROLE_ARN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_SOMETHING_YET_UNKNOWN",
    ],
)
def test_what_could_lead_elsewhere_is_removed_and_named(name, tmp_path):
    change = redirect(TARGET, {name: "x"}, tmp_path)
    assert change.set_aside == (name,)
    assert name not in after({name: "x"}, tmp_path)


def test_what_is_overwritten_is_named_unless_it_says_the_same(tmp_path):
    change = redirect(TARGET, {"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "us-east-1"}, tmp_path)
    assert change.set_aside == ("AWS_REGION",)


def test_no_value_is_told(tmp_path):
    change = redirect(TARGET, {"AWS_SECRET_ACCESS_KEY": "hush", "AWS_PROFILE": "work"}, tmp_path)
    assert "hush" not in repr(change)
    assert "work" not in repr(change)


@pytest.mark.parametrize(("key", "real"), [("AKIA0", True), ("ASIA0", True), ("test", False), ("x", False)])
def test_a_real_key_is_known_by_its_first_letters(key, real, tmp_path):
    assert redirect(TARGET, {"AWS_ACCESS_KEY_ID": key}, tmp_path).real_key is real


def test_what_is_harmless_stays(tmp_path):
    environ = {"AWS_CA_BUNDLE": "/certificates.pem", "AWS_PAGER": "", "PATH": "/bin"}
    assert redirect(TARGET, environ, tmp_path).set_aside == ()
    assert environ.items() <= after(environ, tmp_path).items()


@pytest.mark.parametrize("name", ["credentials", "config"])
def test_files_of_ones_own_are_named(name, tmp_path):
    (tmp_path / ".aws").mkdir()
    assert redirect(TARGET, {}, tmp_path).set_aside == ()
    (tmp_path / ".aws" / name).write_text("")
    assert redirect(TARGET, {}, tmp_path).set_aside == ("~/.aws",)


def test_hosts_that_no_proxy_serves_are_kept(tmp_path):
    environ = after({"NO_PROXY": "intranet,localhost", "no_proxy": "intranet,other"}, tmp_path)
    assert environ["NO_PROXY"] == environ["no_proxy"] == "intranet,localhost,other,127.0.0.1,::1"


def test_restoring_undoes_all(tmp_path):
    environ = {"AWS_PROFILE": "work", "AWS_ACCESS_KEY_ID": "AKIA0", "PATH": "/bin"}
    original = dict(environ)
    before = apply(redirect(TARGET, environ, tmp_path), environ)
    assert environ != original
    restore(before, environ)
    assert environ == original
