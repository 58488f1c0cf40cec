"""S3: keys of every kind, streams, chunks and presigned URLs, all signed."""

from __future__ import annotations

import hashlib
import io

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config

from tests.sandbox.core.signing import signed

KEYS = [
    "a",
    "with blank",
    "caf\u00e9/世界",
    "double//slash",
    "plus+and%20percent",
    "q?and#hash",
    "~",
]


@pytest.fixture
def s3(sandbox):
    """A client of the account whose key needs a signature."""
    return sandbox.session().client("s3", config=Config(signature_version="s3v4"))


@pytest.fixture
def bucket(s3, account):
    s3.create_bucket(Bucket=f"b{account}")
    return f"b{account}"


@pytest.mark.parametrize("key", KEYS)
def test_a_key_of_any_kind(s3, bucket, key):
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]


@pytest.mark.parametrize("key", KEYS)
def test_a_presigned_url(s3, bucket, key):
    s3.put_object(Bucket=bucket, Key=key, Body=b"body")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})
    answer = requests.get(url, timeout=30)
    assert (answer.status_code, answer.content) == (200, b"body")
    forged = requests.get(url[:-4] + "0000", timeout=30)
    assert forged.status_code == 403
    assert "SignatureDoesNotMatch" in forged.text


def test_a_presigned_upload(s3, bucket):
    url = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "up"})
    assert requests.put(url, data=b"uploaded", timeout=30).status_code == 200
    assert s3.get_object(Bucket=bucket, Key="up")["Body"].read() == b"uploaded"


def test_a_presigned_url_of_the_old_kind_says_what_to_write(sandbox, bucket):
    old = sandbox.session().client("s3", config=Config(signature_version="s3"))
    answer = requests.get(
        old.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"}), timeout=30
    )
    assert answer.status_code == 501
    assert 'signature_version="s3v4"' in answer.text


def test_files_in_parts(s3, bucket):
    content = bytes(range(256)) * 4096 * 9  # 9 MB: two parts
    s3.upload_fileobj(io.BytesIO(content), bucket, "large")
    target = io.BytesIO()
    s3.download_fileobj(bucket, "large", target)
    assert target.getvalue() == content


CHUNKED = {
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": (
        b"5;chunk-signature=" + b"0" * 64 + b"\r\nhello\r\n0;chunk-signature=" + b"0" * 64 + b"\r\n\r\n"
    ),
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER": b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
}


@pytest.mark.parametrize("kind", CHUNKED)
def test_an_upload_in_chunks_is_put_together(raw, s3, bucket, kind):
    headers = {
        "X-Amz-Content-SHA256": kind,
        "X-Amz-Decoded-Content-Length": "5",
        "Content-Encoding": "aws-chunked",
        "X-Amz-Trailer": "x-amz-checksum-crc32",
    }
    request = signed(
        "s3",
        f"/{bucket}/chunked",
        method="PUT",
        body=CHUNKED[kind],
        headers=headers,
        host=f"{raw.host}:{raw.port}",
        signer=_Stream,
    )
    reply = raw.request("PUT", request.raw_path, request.headers, CHUNKED[kind])
    assert reply.status == 200, reply.text
    assert s3.get_object(Bucket=bucket, Key="chunked")["Body"].read() == b"hello"


class _Stream(SigV4Auth):
    """Signs a stream as S3's clients do: the stated hash as it is, the path encoded once."""

    def _normalize_url_path(self, path: str) -> str:
        return path

    def payload(self, request: AWSRequest) -> str:
        return request.headers["X-Amz-Content-SHA256"]


def test_a_body_other_than_signed_is_refused(raw, bucket):
    request = signed("s3", f"/{bucket}/k", method="PUT", body=b"one", host=f"{raw.host}:{raw.port}")
    reply = raw.request("PUT", request.raw_path, request.headers, b"two")
    assert reply.status == 400
    assert "XAmzContentSHA256Mismatch" in reply.text


def test_checksums_are_kept(s3, bucket):
    s3.put_object(Bucket=bucket, Key="sum", Body=b"body", ChecksumAlgorithm="SHA256")
    told = s3.head_object(Bucket=bucket, Key="sum", ChecksumMode="ENABLED")
    assert told["ETag"].strip('"') == hashlib.md5(b"body", usedforsecurity=False).hexdigest()
