"""The web server and its clients: slow ones hold nobody up and are cut off in words; strangers may send little."""

import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from types import SimpleNamespace
from typing import Any

import pytest
from tests.patience import PATIENCE_S

from tiwizi.web import listening

HURRIED = dict.fromkeys(listening.LIMITS_S, 0.5)
LARGE = 24 * 2**20


def office(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Says how much came and from where; sends a large answer where that is asked."""
    body = environ["wsgi.input"].read()
    answer = b"x" * LARGE if environ["PATH_INFO"] == "/large" else b"%d bytes" % len(body)
    told = {"X-Asked": environ["REQUEST_METHOD"], "X-For": environ.get("HTTP_X_FORWARDED_FOR", "")}
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer))), *told.items()])
    return [answer]


@contextmanager
def listening_to(
    *, threads: int = 1, proxies: int = 0, limits_s: Mapping[str, float] | None = None, by_address: int = 0
) -> Iterator[int]:
    """The port of a server of this office, until the end."""
    settings = listening.Settings(
        threads=threads,
        proxies=proxies,
        known=lambda cookies: cookies == "known",
        words=lambda code, cookies: f"in words: {code} {cookies}".encode(),
    )
    settings.limits_s = limits_s or settings.limits_s
    settings.by_address = by_address or settings.by_address
    over = threading.Event()
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        running = threading.Thread(target=listening.listen, args=(office, [one], settings), kwargs={"until": over.is_set})
        running.start()
        try:
            yield one.getsockname()[1]
        finally:
            over.set()
            running.join(PATIENCE_S)


def opened(port: int, said: bytes = b"") -> socket.socket:
    one = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
    one.sendall(said)
    return one


def heard(one: socket.socket) -> bytes:
    """All that the server says until it closes the connection."""
    found = b""
    while piece := one.recv(65536):
        found += piece
    return found


def answered(
    port: int, body: bytes | None = None, *, method: str = "POST", path: str = "/", wait_s: float = PATIENCE_S, **headers: str
) -> tuple[int, bytes]:
    line = HTTPConnection("127.0.0.1", port, timeout=wait_s)
    try:
        line.request(method, path, body=body, headers=headers)
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def dribbled(one: socket.socket) -> bytes:
    """What a client hears that goes on sending a byte now and then: never idle, and never done."""
    one.settimeout(0.05)
    last = time.monotonic() + PATIENCE_S
    found = b""
    while time.monotonic() < last:
        try:
            one.sendall(b"a")
            piece = one.recv(65536)
        except TimeoutError:
            continue
        except OSError:
            return found
        if not piece:
            return found
        found += piece
    raise AssertionError("it was never cut off")


@pytest.mark.parametrize(
    "said", [b"", b"P", b"POST / HTTP/1.1\r\nHost: a\r\nX: ", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nab"]
)
def test_sixty_slow_clients_hold_no_thread(said: bytes) -> None:
    with listening_to(threads=1) as port, ExitStack() as slow:
        for _one in range(60):
            slow.enter_context(opened(port, said))
        assert answered(port, b"abc") == (200, b"3 bytes")


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: ", b"POST / HTTP/1.1\r\nContent-Length: 60000\r\n\r\n"])
def test_who_sends_a_byte_now_and_then_is_cut_off_in_words(said: bytes) -> None:
    with listening_to(limits_s=HURRIED) as port, opened(port, said) as one:
        told = dribbled(one)
    assert told.startswith((b"HTTP/1.1 408 ", b"HTTP/1.0 408 "))
    assert b"in words: 408" in told


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"])
def test_who_says_nothing_is_let_go(said: bytes) -> None:
    with listening_to(limits_s=HURRIED) as port, opened(port, said) as one:
        assert heard(one).startswith(b"HTTP/1.1 200 " if said else b"")


@contextmanager
def looked_at(said: bytes) -> Iterator[tuple[listening.Channel, list[Any]]]:
    """A connection on which this was said, and the requests that went on to a thread; the test says what time it is."""
    settings = listening.Settings(threads=0, proxies=0, known=lambda _cookies: True, words=lambda _code, _cookies: b"")
    passed: list[Any] = []
    here, there = socket.socketpair()
    with here, there:
        server = SimpleNamespace(active_channels={}, add_task=lambda channel: passed.extend(channel.requests), adj=settings)
        server.application, server.effective_port, server.server_name = office, 80, "office"
        server.pull_trigger = lambda: None
        channel = listening.Channel(server, here, ("192.0.2.1", 1), settings, map={})
        channel.received(said)
        channel.look(100.0)
        yield channel, passed


@pytest.mark.parametrize(("arrives", "cut"), [(listening.PACE, False), (listening.PACE - 1, True), (1, True)])
def test_a_body_that_keeps_the_pace_may_take_longer(arrives: int, cut: bool) -> None:
    limit = listening.LIMITS_S[listening.BODY]
    with looked_at(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (10 * listening.PACE)) as (channel, passed):
        channel.look(100.0 + limit)
        channel.received(b"a" * arrives)
        channel.look(100.1 + limit)
        assert [request.error.code for request in passed] == ([408] if cut else [])
        channel.look(100.2 + limit)
        channel.look(100.3 + 2 * limit)
        assert [request.error.code for request in passed] == [408]


def test_first_lines_have_their_time_however_much_comes() -> None:
    with looked_at(b"GET / HTTP/1.1\r\nX: ") as (channel, passed):
        channel.received(b"a" * 2**14)
        channel.look(100.0 + listening.LIMITS_S[listening.HEADERS])
        assert passed == []
        channel.look(100.1 + listening.LIMITS_S[listening.HEADERS])
        assert [request.error.code for request in passed] == [408]


def test_a_line_in_use_is_not_idle_however_seldom_it_is_looked_at() -> None:
    limit = listening.LIMITS_S[listening.IDLE]
    asked = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    with looked_at(asked) as (channel, _passed):
        for turn in range(5):
            channel.service()
            channel.look(101.0 + turn * limit)
            assert (channel.connected, channel.requests, channel.total_outbufs_len) == (True, [], 0)
            channel.received(asked)
        channel.service()
        channel.look(101.0 + 5 * limit)
        channel.look(101.1 + 6 * limit)
        assert not channel.connected


def test_who_does_not_read_a_large_answer_holds_no_thread_and_is_let_go() -> None:
    asked = b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n"
    with listening_to(threads=1, limits_s={**HURRIED, listening.IDLE: PATIENCE_S}) as port, opened(port, asked) as one:
        assert answered(port, b"abc") == (200, b"3 bytes")
        last = time.monotonic() + PATIENCE_S
        while _open(one) and time.monotonic() < last:
            time.sleep(0.05)
        assert len(heard_until_cut(one)) < LARGE


def planted_endless(patch: pytest.MonkeyPatch) -> None:
    """No state of a connection has a limit of time."""
    patch.setattr(listening.Settings, "limits_s", {})


def planted_renewed(patch: pytest.MonkeyPatch) -> None:
    """Every byte that moves begins the time anew."""
    look = listening.Channel.look

    def renewed(self: listening.Channel, now: float) -> None:
        if self.moved:
            self.since, self.moved = now, 0
        look(self, now)

    patch.setattr(listening.Channel, "look", renewed)


BODY_TOO_SLOW = (listening.PACE - 1, True)


@pytest.mark.parametrize(
    ("plant", "test", "case"),
    [
        (planted_endless, test_first_lines_have_their_time_however_much_comes, ()),
        (planted_endless, test_a_body_that_keeps_the_pace_may_take_longer, BODY_TOO_SLOW),
        (planted_endless, test_a_line_in_use_is_not_idle_however_seldom_it_is_looked_at, ()),
        (planted_renewed, test_first_lines_have_their_time_however_much_comes, ()),
        (planted_renewed, test_a_body_that_keeps_the_pace_may_take_longer, BODY_TOO_SLOW),
    ],
)
def test_a_deadline_left_out_is_found(plant: Any, test: Any, case: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        test(*case)


def test_a_thread_that_waits_for_a_body_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    take, over = listening.Channel.received, threading.Event()

    def held(self: listening.Channel, data: bytes) -> bool:
        taken = take(self, data)
        if self.request is not None:
            self.server.add_task(SimpleNamespace(service=over.wait, cancel=over.set))
        return taken

    monkeypatch.setattr(listening.Channel, "received", held)
    with listening_to(threads=1) as port, opened(port, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nab"):
        with pytest.raises(TimeoutError):
            answered(port, b"abc", wait_s=0.5)
        over.set()


def _open(one: socket.socket) -> bool:
    """Whether the other side still has the connection: a byte sent to one that is gone is answered by a reset."""
    try:
        one.send(b"a")
    except OSError:
        return False
    return True


def heard_until_cut(one: socket.socket) -> bytes:
    found = b""
    try:
        while piece := one.recv(2**20):
            found += piece
    except ConnectionError:
        pass
    return found


def test_an_address_has_a_limit_of_connections() -> None:
    with listening_to(by_address=5) as port, ExitStack() as others:
        held = [others.enter_context(opened(port, b"P")) for _one in range(5)]
        with opened(port) as sixth:
            assert heard(sixth).startswith(b"HTTP/1.1 503 ")
        held[0].close()
        assert until_answered(port) == (200, b"3 bytes")


def until_answered(port: int) -> tuple[int, bytes]:
    last = time.monotonic() + PATIENCE_S
    while time.monotonic() < last:
        try:
            found = answered(port, b"abc")
        except OSError:
            continue
        if found[0] != 503:
            return found
    raise AssertionError("there was never room")


def test_a_stranger_may_send_little_and_who_signed_in_more() -> None:
    most = listening.STRANGER_MOST
    with listening_to() as port:
        assert answered(port, b"a" * most) == (200, b"%d bytes" % most)
        assert answered(port, b"a" * (most + 1)) == (413, b"in words: 413 ")
        assert answered(port, b"a" * (most + 1), Cookie="forged") == (413, b"in words: 413 forged")
        assert answered(port, b"a" * (most + 1), Cookie="known") == (200, b"%d bytes" % (most + 1))
        assert answered(port, b"a" * LARGE, Cookie="known") == (200, b"%d bytes" % LARGE)


def test_more_than_the_most_is_refused_before_it_is_sent() -> None:
    with listening_to() as port:
        for cookie, size in ((b"", listening.STRANGER_MOST + 1), (b"Cookie: known\r\n", listening.BODY_MOST + 1)):
            for expects in (b"", b"Expect: 100-continue\r\n"):
                with opened(port, b"POST / HTTP/1.1\r\n" + cookie + expects + b"Content-Length: %d\r\n\r\n" % size) as one:
                    assert heard(one).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("cookie", [b"", b"Cookie: known\r\n"])
def test_a_body_without_a_length_is_small(cookie: bytes) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n" + cookie + b"\r\n"
    with listening_to() as port:
        with opened(port, head + b"3\r\nabc\r\n0\r\n\r\n") as one:
            assert heard(one).endswith(b"3 bytes")
        with opened(port, head) as one:
            for _piece in range(200):
                one.sendall(b"1000\r\n" + b"a" * 4096 + b"\r\n")
            assert heard(one).startswith(b"HTTP/1.1 413 ")


def test_what_a_client_says_of_its_address_is_believed_of_proxies_alone() -> None:
    for proxies, said in ((0, ""), (1, "192.0.2.7")):
        with listening_to(proxies=proxies) as port:
            line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
            line.request("GET", "/", headers={"X-Forwarded-For": "192.0.2.7"})
            assert line.getresponse().headers["X-For"] == said
            line.close()


def test_a_line_is_used_again_and_again() -> None:
    with listening_to() as port:
        line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        for turn in range(5):
            line.request("POST", "/", body=b"a" * turn)
            assert line.getresponse().read() == b"%d bytes" % turn
        line.close()


def test_lines_that_are_no_request_are_answered_in_words() -> None:
    with listening_to() as port:
        for said, code in ((b"what is this\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nX: " + b"a" * listening.HEADERS_MOST, 431)):
            with opened(port, said) as one:
                assert b" %d " % code in heard(one).split(b"\r\n")[0]
