"""Amazon's host names, answered by a sandbox: for tests of what talks to a real account.

A proxy on loopback takes `CONNECT HOST:443` for hosts of amazonaws.com, shows a certificate of a
CA of its own, and passes each request on to the sandbox. So clients are the real ones: they resolve real
endpoints, sign for real host names and check certificates. Addresses of the sandbox in answers (an API's URL)
become the ones that AWS would say. What cannot be seen this way: AWS's own latencies, throttles and faults.
"""

from __future__ import annotations

import datetime
import http.client
import http.server
import json
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sandbox import Sandbox

API_HOST = re.compile(r"(?P<id>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com")
BUCKET_HOST = re.compile(r"(?P<name>[a-z0-9.-]+)\.s3(\.[a-z0-9-]+)?\.amazonaws\.com")
SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")
HOP_BY_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length")


@dataclass
class Door:
    """proxy: its URL. hosts: which were asked for, in order. secrets: of its profiles, by access key.

    faults: by the first label of a host, what the next requests are answered there, status and body.
    """

    sandbox: Sandbox
    folder: Path
    region: str
    proxy: str = ""
    hosts: list[str] = field(default_factory=list)
    secrets: dict[str, tuple[str, str]] = field(default_factory=dict)
    faults: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    @property
    def bundle(self) -> Path:
        return self.folder / "ca.pem"

    def environment(self) -> dict[str, str]:
        """What a process needs to come here, and what would lead it astray if it were looked at."""
        return {
            "HTTPS_PROXY": self.proxy,
            "https_proxy": self.proxy,
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            "AWS_CA_BUNDLE": str(self.bundle),
            "AWS_CONFIG_FILE": str(self.folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "credentials"),
            "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
            "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1",
            "AWS_ACCESS_KEY_ID": "AKIAAMBIENT",
            "AWS_SECRET_ACCESS_KEY": "ambient",
        }

    def profile(self, name: str, access_key: str, secret: str, token: str = "") -> None:
        """One more profile in the folder's AWS files, with a region."""
        self.secrets[access_key] = (secret, token)
        with (self.folder / "config").open("a") as file:
            file.write(f"[profile {name}]\nregion = {self.region}\nendpoint_url = http://127.0.0.1:1\n")
        with (self.folder / "credentials").open("a") as file:
            file.write(f"[{name}]\naws_access_key_id = {access_key}\naws_secret_access_key = {secret}\n")
            file.write(f"aws_session_token = {token}\n" if token else "")

    def user(self, account: str, name: str = "learner", policy: dict[str, Any] | None = None) -> None:
        """An IAM user of an account, an administrator unless a policy is given, and a profile of its name."""
        iam = self.sandbox.session(account).client("iam")
        iam.create_user(UserName=name)
        everything = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
        }
        document = json.dumps(policy or everything)
        iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=document)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        self.profile(name, key["AccessKeyId"], key["SecretAccessKey"])

    def as_aws(self, body: bytes) -> bytes:
        """An answer with the addresses that AWS would say in place of the sandbox's own."""
        local = re.escape(f"{self.sandbox.url}/_aws/execute-api/").encode() + rb"([a-z0-9]+)"
        return re.sub(local, rb"https://\1.execute-api." + self.region.encode() + rb".amazonaws.com", body)


@contextmanager
def aws_door(sandbox: Sandbox, folder: Path, region: str = "us-east-1") -> Iterator[Door]:
    """The door, open while the context lasts."""
    door = Door(sandbox, folder, region)
    tls = _tls(folder)

    class Connection(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            host = self.path.rpartition(":")[0]
            door.hosts.append(host)
            if not host.endswith(".amazonaws.com"):
                self.send_error(403)
                return
            self.send_response(200)
            self.end_headers()
            secure = tls.wrap_socket(self.connection, server_side=True)
            _Inside(secure, self.client_address, self.server)
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    class _Inside(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return lambda: _pass_on(self, door)
            raise AttributeError(name)

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Connection) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        door.proxy = f"http://127.0.0.1:{server.server_port}"
        yield door
        server.shutdown()


def _pass_on(asked: http.server.BaseHTTPRequestHandler, door: Door) -> None:
    """Sends what was asked to the sandbox, and its answer back."""
    length = int(asked.headers.get("content-length") or 0)
    body = asked.rfile.read(length) if length else b""
    if "chunked" in asked.headers.get("transfer-encoding", ""):
        body = b"".join(_chunks(asked.rfile))
    faults = door.faults.get(asked.headers["host"].partition(".")[0])
    if faults:
        _answer(asked, *faults.pop(0))
        return
    url = door.sandbox.url + _place(asked.headers["host"]) + asked.path
    kept = {name: value for name, value in asked.headers.items() if name.lower() not in (*HOP_BY_HOP, "host")}
    signed = _signed_anew(door, AWSRequest(asked.command, url, kept, body))
    there = urlsplit(url)
    inside = http.client.HTTPConnection(str(there.hostname), there.port)
    path = url[len(door.sandbox.url) :]
    inside.request(asked.command, path, body, {**signed, "content-length": str(len(body))})
    answer = inside.getresponse()
    content = door.as_aws(answer.read())
    asked.send_response_only(answer.status, answer.reason)
    for name, value in answer.getheaders():
        if name.lower() not in HOP_BY_HOP:
            asked.send_header(name, value)
    if asked.command == "HEAD":
        asked.send_header("content-length", answer.getheader("content-length") or "0")
    elif answer.status != 204:
        asked.send_header("content-length", str(len(content)))
    asked.end_headers()
    asked.wfile.write(content)
    inside.close()


def _answer(asked: http.server.BaseHTTPRequestHandler, status: int, body: str) -> None:
    asked.send_response_only(status, "fault")
    asked.send_header("content-length", str(len(body.encode())))
    asked.end_headers()
    asked.wfile.write(body.encode())


def _place(host: str) -> str:
    """What of a host name becomes a path at the sandbox: an API's id, or a bucket's name."""
    api, bucket = API_HOST.fullmatch(host), BUCKET_HOST.fullmatch(host)
    if api:
        return f"/_aws/execute-api/{api['id']}"
    return f"/{bucket['name']}" if bucket else ""


def _signed_anew(door: Door, request: AWSRequest) -> dict[str, str]:
    """The headers, with a signature for the sandbox's host: it takes no request for another host.

    A key that is of none of the door's profiles is signed with no secret, and so refused.
    """
    scope = SCOPE.search(request.headers.get("authorization", ""))
    if scope is None:
        return dict(request.headers.items())
    del request.headers["authorization"]
    secret, token = door.secrets.get(scope["key"], ("none", ""))
    keys = Credentials(scope["key"], secret, token or None)
    signer = _S3Signer if scope["service"] == "s3" else SigV4Auth
    signer(keys, scope["service"], scope["region"]).add_auth(request)
    return dict(request.headers.items())


class _S3Signer(S3SigV4Auth):
    def payload(self, request: AWSRequest) -> str:
        """What the client has said of its body, such as that it comes in chunks with a checksum behind."""
        return str(request.headers.get("x-amz-content-sha256") or super().payload(request))

    def _modify_request_before_signing(self, request: AWSRequest) -> None:
        SigV4Auth._modify_request_before_signing(self, request)
        if "x-amz-content-sha256" not in request.headers:
            request.headers["x-amz-content-sha256"] = self.payload(request)


def _chunks(stream: Any) -> Iterator[bytes]:
    while size := int(stream.readline().partition(b";")[0], 16):
        yield stream.read(size)
        stream.readline()
    stream.readline()


def _tls(folder: Path) -> ssl.SSLContext:
    """A CA in `ca.pem`, and a server that shows a certificate of it for every host of amazonaws.com."""
    now = datetime.datetime.now(datetime.UTC)
    made: dict[str, tuple[Any, Any]] = {}
    for name, issuer in (("ca", "ca"), ("server", "ca")):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"door {name}")])
        issuer_name, issuer_key = made.get(issuer, (subject, key))
        builder = (
            x509.CertificateBuilder(issuer_name, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=name == "ca", path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in _HOSTS]), critical=False)
        )
        certificate = builder.sign(issuer_key, hashes.SHA256())
        made[name] = (subject, key)
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (folder / f"{name}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context


_HOSTS = tuple(
    f"{one}amazonaws.com"
    for one in (
        "*.",
        "*.us-east-1.",
        *(f"*.{name}.us-east-1." for name in ("execute-api", "ddb", "s3")),
        "*.s3.",
    )
)
"""A star stands for one label (RFC 6125)."""
