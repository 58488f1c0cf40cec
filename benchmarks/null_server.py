"""A server that does nothing: it reads a request and answers `{}`. The floor of every client."""

from __future__ import annotations

import asyncio
import sys

ANSWER = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\n"
    b"content-length: 2\r\nx-amzn-requestid: none\r\n\r\n{}"
)


class Null(asyncio.Protocol):
    """Answers each request as soon as its body is there."""

    def __init__(self) -> None:
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        while b"\r\n\r\n" in self._data:
            head, _, rest = self._data.partition(b"\r\n\r\n")
            fields = [line.partition(b":") for line in head.lower().split(b"\r\n")]
            length = next((int(v) for n, _, v in fields if n == b"content-length"), 0)
            if len(rest) < length:
                return
            self._data = rest[length:]
            self._transport.write(ANSWER)  # type: ignore[attr-defined]


async def main() -> None:
    """Serve on a free port until standard input ends; print the port first."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Null, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), ended.set)
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(main())
