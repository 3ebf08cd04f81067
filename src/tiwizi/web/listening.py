"""The web server: one loop reads requests and sends answers for all connections, a few threads answer what arrived whole.

A slow client costs the loop a little memory and never a thread. Each has a limit of time for its first lines, a pace for what it
sends and reads, and an address a limit of connections; a body from somebody who has not signed in is small. What is cut off is
told why, in words.
"""

import copy
import logging
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import Error

IDLE, HEADERS, BODY, WORKING, WRITING = "idle", "headers", "body", "working", "writing"
LIMITS_S: Final = {IDLE: 20.0, HEADERS: 10.0, BODY: 30.0, WRITING: 30.0}
"""How long a connection may stay so. A body that comes, and an answer that is read, at the pace may go on."""
PACE: Final = 2048 * 30
"""Bytes that go through in such a time on the slowest line that is served: 16 kbit a second."""
LINGER_S: Final = 5.0
"""How long a client that was told why it is cut off may take to hear it."""
CONNECTIONS, BY_ADDRESS = 800, 200
HEADERS_MOST: Final = 32 * 2**10
STRANGER_MOST: Final = 64 * 2**10
"""Bytes of a body from somebody who has not signed in, or of one that does not say its length."""
BODY_MOST: Final = 64 * 2**20
FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 20\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n"
    b"Too many connections are open from this address.\n"
)


class Late(Error):  # type: ignore[misc]
    """What was being sent did not arrive in time."""

    code = 408


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """A request as it arrives; how large it may be is known once its first lines are there."""

    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        """Reads the first lines."""
        super().parse_header(header_plus)
        if self.chunked or not self.adj.known(self.headers.get("COOKIE", "")):
            self.adj = self.adj.stranger

    def received(self, data: bytes) -> int:
        """How much of the data belongs to this request. A client that waits to be asked for a refused body is not asked."""
        taken: int = super().received(data)
        if self.error:
            self.expect_continue = False
        return taken


class Answer(WSGITask):  # type: ignore[misc]
    """An answer of the office."""

    def finish(self) -> None:
        """Ends the answer; that to HEAD has no body, so nothing that ends one."""
        if self.request.command == "HEAD":
            self.chunked_response = False
        super().finish()


class Words(ErrorTask):  # type: ignore[misc]
    """The answer to what never became a request: why, in the reader's language."""

    def execute(self) -> None:
        """Writes it."""
        code = self.request.error.code
        body = self.channel.adj.words(code, self.request.headers.get("COOKIE", ""))
        self.status = f"{code} {HTTPStatus(code).phrase}"
        self.response_headers += [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "private, no-store"),
            ("Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.channel.refused = True
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection, and how long it has been as it is."""

    parser_class, task_class, error_task_class = Parser, Answer, Words
    request: Any = None
    refused = lingers = False
    seen: tuple[str, Any, int] = ("", None, 0)
    since = 0.0
    moved = served = 0

    def received(self, data: bytes) -> bool:
        """Takes what the client sent; from one that is cut off, nothing."""
        self.moved += len(data)
        return False if self.lingers else bool(super().received(data))

    def service(self) -> None:
        """Answers one request, in a thread."""
        super().service()
        self.served += 1

    def readable(self) -> bool:
        """Whether anything is to be read."""
        return self.lingers or bool(super().readable())

    def writable(self) -> bool:
        """Whether anything is to be written, or the connection to be closed."""
        return not self.lingers and bool(super().writable())

    def send(self, data: bytes, do_close: bool = True) -> int:
        """How much was sent."""
        sent: int = super().send(data, do_close=do_close)
        self.moved += sent
        return sent

    def handle_write(self) -> None:
        """Sends what can be sent. Closed at once, a client that still sends would lose the answer: it is heard out first."""
        if not (self.close_when_flushed and self.refused):
            super().handle_write()
            return
        self._flush_exception(self._flush_some)
        if self.will_close:
            self.handle_close()
        elif not self.total_outbufs_len:
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                self.handle_close()
            else:
                self.lingers, self.since = True, time.monotonic()

    def look(self, now: float) -> None:
        """Cuts the connection off where it has been as it is for too long."""
        if self.lingers:
            if now - self.since > LINGER_S:
                self.handle_close()
            return
        request = self.request
        if self.total_outbufs_len:
            kind = WRITING
        elif self.requests:
            kind = WORKING
        else:
            kind = IDLE if request is None else BODY if request.headers_finished else HEADERS
        # Idle after one answer and idle after the next are two things, however seldom one looks.
        if (kind, request, self.served) != self.seen:
            self.seen, self.since, self.moved = (kind, request, self.served), now, 0
        elif now - self.since > self.adj.limits_s.get(kind, now):
            if kind in (BODY, WRITING) and self.moved >= PACE:
                self.since, self.moved = now, 0
            elif request is not None and kind != WRITING:
                self._late()
            else:
                self.handle_close()

    def _late(self) -> None:
        with self.requests_lock:
            self.request.error = Late("late")
            self.requests.append(self.request)
            self.request = None
        self.server.add_task(self)


class Server(TcpWSGIServer):  # type: ignore[misc]
    """A socket on which the office listens."""

    channel_class = Channel

    def maintenance(self, now: float) -> None:
        """Nothing: channels are looked at by a clock that nobody sets."""

    def handle_accept(self) -> None:
        """Opens a connection, unless its address has enough of them. Behind a proxy all have the proxy's: it keeps count."""
        try:
            taken = self.accept()
            if taken is None:
                return
            connection, address = taken
            self.set_socket_options(connection)
        except OSError:
            return
        same = sum(channel.addr[0] == address[0] for channel in self.active_channels.values())
        if same >= self.adj.by_address:
            with connection:
                connection.setblocking(False)
                with suppress(OSError):
                    connection.send(FULL)
            return
        self.channel_class(self, connection, address, self.adj, map=self._map)


class Settings(Adjustments):  # type: ignore[misc]
    """The limits of a server, and what it asks of the office."""

    limits_s: Mapping[str, float] = LIMITS_S

    def __init__(self, *, threads: int, proxies: int, known: Callable[[str], bool], words: Callable[[int, str], bytes]) -> None:
        super().__init__(
            threads=threads,
            ident=None,
            # Answers wait in memory, then in files, for who reads them slowly: no thread waits with them.
            outbuf_high_watermark=2**40,
            connection_limit=CONNECTIONS,
            max_request_header_size=HEADERS_MOST,
            max_request_body_size=BODY_MOST + 1,
            log_socket_errors=False,
            # What a client says of its own address is not believed; how many proxies are, the office's settings say.
            clear_untrusted_proxy_headers=not proxies,
        )
        self.known, self.words = known, words
        self.by_address = CONNECTIONS if proxies else BY_ADDRESS
        self.stranger = copy.copy(self)
        self.stranger.max_request_body_size = STRANGER_MOST + 1


def listen(
    application: Any, sockets: Sequence[socket.socket], settings: Settings, *, until: Callable[[], bool] = lambda: False
) -> None:
    """Answers on these sockets until `until` says so or this thread is told to stop; then what is under way is answered first."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(settings.threads)
    open_: dict[int, Any] = {}
    servers = [
        Server(
            application,
            open_,
            _sock=one,
            dispatcher=dispatcher,
            adj=settings,
            bind_socket=False,
            sockinfo=(one.family, one.type, one.proto, one.getsockname()),
        )
        for one in sockets
    ]
    looked = time.monotonic()
    try:
        while not until():
            wasyncore.poll2(1.0, open_)
            now = time.monotonic()
            if now - looked >= 1.0:
                looked = now
                for channel in [one for server in servers for one in server.active_channels.values()]:
                    channel.look(now)
    finally:
        dispatcher.shutdown()
        wasyncore.close_all(open_)
