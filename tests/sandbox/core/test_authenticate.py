"""The check of signatures, with botocore's signer as the oracle."""

from __future__ import annotations

import dataclasses
import time

import pytest

from sandbox.api_call import parse
from sandbox.errors import AwsError
from sandbox.iam.authenticate import CLOCK_SKEW, Authenticator
from sandbox.iam.caller import Caller
from sandbox.iam.sessions import Sessions
from sandbox.messages import HttpRequest
from tests.sandbox.core.signing import signed

JSON = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"}
ADA = Caller("111122223333", "arn:aws:iam::111122223333:user/ada", "AIDAADA", "AKIAADA")
TARGETS = [
    "/",
    "/bucket/a%20blank",
    "/bucket/caf%C3%A9-%E4%B8%96",
    "/bucket/star*(and)'quote!~tilde",
    "/bucket/percent%2Fslash%25",
    "/bucket/a+b",
    "/bucket/key?z=1&a=2&b=",
    "/bucket/key?same=b&same=a&same=",
    "/bucket/key?blank=a%20b&plus=a%2Bb&slash=a%2Fb",
    "/bucket/key?acl",
    "/bucket/key?%C3%A9=%C3%A9&Z=1&a=2",
]


def user_of(key: str) -> tuple[str, Caller] | None:
    return ("secret/of+ada", ADA) if key == "AKIAADA" else None


def authenticator(now: float | None = None, sessions: Sessions | None = None) -> Authenticator:
    return Authenticator("123456789012", sessions or Sessions(), user_of, lambda: now or time.time())


def authenticate(request: HttpRequest, **options: object) -> Caller:
    return authenticator(**options).authenticate(parse(request))


def refused(request: HttpRequest, **options: object) -> AwsError:
    with pytest.raises(AwsError) as caught:
        authenticate(request, **options)
    return caught.value


def dynamodb(**options: object) -> HttpRequest:
    return signed("dynamodb", body=b"{}", headers=JSON, **options)


def s3(**options: object) -> HttpRequest:
    return signed("s3", "/bucket/key", method="GET", **options)


@pytest.mark.parametrize("presigned", [False, True], ids=["header", "presigned"])
@pytest.mark.parametrize("target", TARGETS)
def test_what_botocore_signs_for_s3_is_authentic(target, presigned):
    method = "GET" if presigned or target == "/" else "PUT"
    caller = authenticate(signed("s3", target, method=method, body=b"", presigned=presigned))
    assert caller.arn == "arn:aws:iam::123456789012:root"


@pytest.mark.parametrize("target", [*TARGETS, "/a//b", "//a", "/a/./b", "/a/../b", "/a/b/"])
def test_what_botocore_signs_for_other_services_is_authentic(target):
    request = signed("dynamodb", target, body=b"{}", headers=JSON, key="AKIAADA", secret="secret/of+ada")
    assert authenticate(request) is ADA


def test_a_presigned_query_of_another_service():
    target = "/?Action=GetCallerIdentity&Version=2011-06-15"
    assert authenticate(signed("sts", target, method="GET", presigned=True)).account == "123456789012"


def test_blanks_in_a_signed_header_are_folded():
    headers = {**JSON, "X-Amz-Meta-Note": "  two   blanks  within "}
    assert authenticate(signed("dynamodb", body=b"{}", headers=headers)).administrator


CHANGES = {
    "body": {"body": b'{"Limit":1}'},
    "method": {"method": "PUT"},
    "path": {"raw_path": "/other"},
    "query": {"query_string": "a=1"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_after_signing_is_noticed(change):
    request = dataclasses.replace(dynamodb(), **CHANGES[change])
    assert refused(request).code == "InvalidSignatureException"


def test_a_change_of_a_signed_header_is_noticed():
    request = dynamodb()
    headers = tuple((k, "elsewhere" if k == "Host" else v) for k, v in request.headers)
    assert refused(dataclasses.replace(request, headers=headers)).code == "InvalidSignatureException"


def test_a_body_other_than_its_stated_hash():
    request = dataclasses.replace(signed("s3", "/bucket/key", method="PUT", body=b"one"), body=b"two")
    assert refused(request).code == "XAmzContentSHA256Mismatch"


def test_an_unsigned_payload_may_be_anything():
    headers = {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}
    request = signed("dynamodb", body=b"{}", headers={**JSON, **headers})
    assert authenticate(dataclasses.replace(request, body=b'{"Limit":1}')).administrator


def test_the_wrong_secret():
    error = refused(dynamodb(secret="wrong"))
    assert (error.code, error.status) == ("InvalidSignatureException", 400)
    assert error.message.startswith("The request signature we calculated does not match")


@pytest.mark.parametrize("signature", ["", "0", "\xff" * 64, "0" * 64])
def test_no_signature_is_a_signature(signature):
    request = dynamodb()
    headers = tuple(
        (k, v.rpartition("Signature=")[0] + f"Signature={signature}" if k == "Authorization" else v)
        for k, v in request.headers
    )
    assert refused(dataclasses.replace(request, headers=headers)).status == 400


def test_an_unknown_key():
    error = refused(dynamodb(key="AKIANOBODY"))
    assert error.code == "UnrecognizedClientException"
    assert error.message == "The security token included in the request is invalid."


def test_an_account_key_takes_any_secret():
    caller = authenticate(dynamodb(key="111122223333", secret="anything"))
    assert (caller.account, caller.administrator) == ("111122223333", True)


@pytest.mark.parametrize("off", [-CLOCK_SKEW - 1, CLOCK_SKEW + 1])
def test_a_clock_that_is_off(off):
    now = time.time()
    error = refused(dynamodb(at=now + off), now=now)
    assert error.code == "InvalidSignatureException"
    assert error.message.startswith("Signature expired" if off < 0 else "Signature not yet current")


@pytest.mark.parametrize("off", [-CLOCK_SKEW + 1, CLOCK_SKEW - 1])
def test_a_clock_that_is_slightly_off(off):
    now = float(int(time.time()))
    assert authenticate(dynamodb(at=now + off), now=now).administrator


@pytest.mark.parametrize("stamp", ["yesterday", "2026-11-22T10:00:00Z", "20261322T000000Z", ""])
def test_a_date_that_is_none(stamp):
    headers = tuple((k, stamp if k == "X-Amz-Date" else v) for k, v in dynamodb().headers)
    assert refused(dataclasses.replace(dynamodb(), headers=headers)).code == "IncompleteSignatureException"


def test_the_scope_has_the_day_of_the_date():
    request = dynamodb()
    day = time.strftime("%Y%m%d", time.gmtime())
    headers = tuple((k, v.replace(f"/{day}/", "/20200101/")) for k, v in request.headers)
    assert refused(dataclasses.replace(request, headers=headers)).code == "InvalidSignatureException"


def test_a_presigned_url_is_good_for_its_time():
    made = float(int(time.time()))
    request = s3(presigned=True, at=made, expires=60)
    assert authenticate(request, now=made + 60).administrator
    error = refused(request, now=made + 61)
    assert (error.code, error.message, error.status) == ("AccessDenied", "Request has expired", 403)


def test_a_presigned_url_from_the_future():
    made = float(int(time.time()))
    request = s3(presigned=True, at=made, expires=60)
    assert refused(request, now=made - CLOCK_SKEW - 1).message == "Request is not yet valid"


def test_a_presigned_url_for_more_than_a_week():
    error = refused(s3(presigned=True, expires=604_801))
    assert error.code == "AuthorizationQueryParametersError"


class TestSessions:
    """Temporary credentials."""

    @pytest.fixture
    def sessions(self):
        return Sessions()

    @pytest.fixture
    def session(self, sessions):
        arn = "arn:aws:sts::111122223333:assumed-role/users/one"
        role = "arn:aws:iam::111122223333:role/users"
        return sessions.open(Caller("111122223333", arn, "AROA:one", "", role_arn=role), 900)

    def test_with_its_token_it_is_the_session(self, sessions, session):
        request = dynamodb(key=session.access_key, secret=session.secret, token=session.token)
        assert authenticate(request, sessions=sessions) == session.caller

    def test_presigned_with_its_token(self, sessions, session):
        request = s3(key=session.access_key, secret=session.secret, token=session.token, presigned=True)
        assert authenticate(request, sessions=sessions) == session.caller

    @pytest.mark.parametrize("token", [None, "another", "ü"])
    def test_without_its_token_it_is_nobody(self, sessions, session, token):
        request = dynamodb(key=session.access_key, secret=session.secret, token=token)
        error = refused(request, sessions=sessions)
        assert error.code == "UnrecognizedClientException"
        assert error.message == "The security token included in the request is invalid"

    def test_after_its_time(self, sessions, session):
        later = session.expires + 1
        request = dynamodb(key=session.access_key, secret=session.secret, token=session.token, at=later)
        error = refused(request, sessions=sessions, now=later)
        assert error.code == "ExpiredTokenException"

    def test_once_closed_it_is_unknown(self, sessions, session):
        sessions.close(session.access_key)
        request = dynamodb(key=session.access_key, secret=session.secret, token=session.token)
        assert refused(request, sessions=sessions).code == "UnrecognizedClientException"

    def test_long_expired_ones_are_forgotten(self, sessions, session):
        for _ in range(300):
            sessions.open(session.caller, 900, now=session.expires + 7200)
        assert sessions.find(session.access_key) is None
