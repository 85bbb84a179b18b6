"""Sizes, counts and clients that vanish: one client's fault stays its own."""

import socket
import struct
from contextlib import contextmanager
from collections.abc import Iterator

import pytest

from support.images import bare_base64, noise, plain
from support.polling import PollingSession, get
from support.raw_client import RawClient, RawWebSocket
from support.server_process import PATIENCE, ServerProcess

LIMIT = ["--set", "limits.message_bytes=65536"]


@contextmanager
def watched(server: ServerProcess) -> Iterator[None]:
    """Another client that must notice nothing of what happens meanwhile."""
    client = RawClient(server)
    first = client.call("frame", plain(200))["message"]
    assert not first.startswith("Failed")
    yield
    assert client.call("frame", plain(200)) == {"message": "Already in list"}
    client.close()


def test_a_websocket_message_over_the_limit_closes_with_1009(start_fake) -> None:
    server = start_fake(*LIMIT)
    with watched(server):
        client = RawClient(server)
        client.emit("frame", bare_base64(bytes(100_000)))
        assert client.wait_until_closed() == 1009
        server.wait_for_log("limits.message_bytes")


def test_attachments_count_towards_the_limit(start_fake) -> None:
    server = start_fake(*LIMIT)
    with watched(server):
        client = RawClient(server)
        client.send('452-["frame",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
        client.send(bytes(40_000))
        client.send(bytes(40_000))
        assert client.wait_until_closed() == 1009
        server.wait_for_log("limits.message_bytes")


def test_a_message_within_the_limit_is_taken(start_fake) -> None:
    server = start_fake(*LIMIT)
    client = RawClient(server)
    assert client.call("frame", plain() + bytes(60_000))["message"][:6] != "Failed"
    client.close()


def test_a_polling_request_over_the_limit_is_refused_with_413(start_fake) -> None:
    server = start_fake(*LIMIT)
    with watched(server):
        session = PollingSession(server).join()
        assert session.post(f'42["frame","{bare_base64(bytes(100_000))}"]').status_code == 413
        server.wait_for_log("limits.message_bytes")
        session.close()


def test_a_polling_request_that_only_announces_too_much_is_refused(start_fake) -> None:
    server = start_fake(*LIMIT)
    session = PollingSession(server).join()
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as connection:
        connection.sendall(f"POST /socket.io/?{session.query} HTTP/1.1\r\nHost: x\r\n"
                           "Content-Length: 9999999999\r\n\r\n".encode())
        assert connection.recv(100).split()[1] == b"413"
    session.close()


def test_too_many_attachments_close_the_connection(start_fake) -> None:
    server = start_fake("--set", "limits.attachments=2")
    with watched(server):
        client = RawClient(server)
        client.send('453-["frame",{"_placeholder":true,"num":0}]')
        client.wait_until_closed()


def test_json_nested_over_the_limit_closes_the_connection(fake_server: ServerProcess) -> None:
    with watched(fake_server):
        client = RawClient(fake_server)
        client.send('42["frame",' + "[" * 100_000 + "]" * 100_000 + "]")
        client.wait_until_closed()


def test_an_image_over_the_pixel_limit_fails(start_fake) -> None:
    server = start_fake("--set", "limits.image_pixels=1000")
    client = RawClient(server)
    assert "limits.image_pixels" in client.call("frame", plain(size=40))["message"]
    assert client.call("frame", plain(size=20))["message"][:6] != "Failed"
    client.close()


def test_sessions_over_the_limit_get_503(start_fake) -> None:
    server = start_fake("--set", "limits.connections=3")
    sessions = [PollingSession(server).join() for _ in range(3)]
    assert get(server, "EIO=4&transport=polling").status_code == 503
    assert sessions[0].post('42["frame","x"]').text == "ok"
    sessions[0].wait_for('42["response",')
    assert sessions[2].post("1").text == "ok"
    server.wait_for_log(r"Client disconnected\.")
    assert sessions[2].get().text == "6"  # the answer to a poll that may still have been under way
    sessions[2] = PollingSession(server)
    for session in sessions:
        session.close()


def test_connections_over_the_limit_are_refused(start_fake) -> None:
    server = start_fake("--set", "limits.connections=3")
    clients = [RawClient(server) for _ in range(3)]
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as connection:
        try:
            connection.sendall(b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n")
            assert not connection.recv(100).startswith(b"HTTP/1.1 200")
        except ConnectionError:
            pass  # refused before it was read
    server.wait_for_log(r"limits\.connections")
    assert clients[0].call("frame", plain())["message"][:6] != "Failed"
    for client in clients:
        client.close()


def test_a_client_that_does_not_read_is_closed(start_fake) -> None:
    server = start_fake("--set", "limits.write_queue_bytes=65536", "--set", "limits.id_bytes=65536")
    with watched(server):
        client = RawClient(server)
        client.socket.sock.settimeout(PATIENCE)
        try:
            for _ in range(10_000):
                client.emit("frame", {"image": "x", "id": "y" * 60_000}, ack=False)
        except (ConnectionError, OSError):
            pass
        server.wait_for_log(r"limits\.write_queue_bytes")
        server.wait_for_log(r"Client disconnected\.")


def abort(connection: socket.socket) -> None:
    """Ends the connection by a reset, as a device does whose network is gone."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize("how", ["close", "reset"])
@pytest.mark.parametrize("where", ["frame's header", "frame's payload", "between header and attachment",
                                   "while answering"])
def test_a_websocket_client_vanishes_in_the_middle(fake_server: ServerProcess, where: str, how: str) -> None:
    with watched(fake_server):
        before = fake_server.log.count("Client disconnected.")
        client = RawClient(fake_server)
        raw = client.socket.sock
        if where == "frame's header":
            raw.sendall(b"\x82\xff\x00\x00")
        elif where == "frame's payload":
            raw.sendall(b"\x81\xff" + struct.pack(">Q", 500_000) + bytes(4) + bytes(200_000))
        elif where == "between header and attachment":
            client.send('451-["frame",{"_placeholder":true,"num":0}]')
        else:
            client.emit("frame", noise(300))
        abort(raw) if how == "reset" else raw.close()
        fake_server.wait_for_log(r"Client disconnected\.", before + 1)


@pytest.mark.parametrize("how", ["close", "reset"])
def test_a_polling_client_vanishes_in_the_middle_of_a_request(start_fake, how: str) -> None:
    server = start_fake("--set", "server.ping_interval_ms=300", "--set", "server.ping_timeout_ms=300")
    session = PollingSession(server).join()
    connection = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    connection.sendall(f"POST /socket.io/?{session.query} HTTP/1.1\r\nHost: x\r\n"
                       "Content-Length: 50000\r\n\r\n42[".encode())
    abort(connection) if how == "reset" else connection.close()
    server.wait_for_log(r"Client disconnected\.")
    assert session.get().status_code == 400
    PollingSession(server).close()


def test_a_request_that_never_ends_is_given_up(start_fake) -> None:
    server = start_fake("--set", "limits.header_timeout_ms=200", "--set", "limits.body_timeout_ms=200")
    session = PollingSession(server)
    for beginning in (b"GET /socket.io/?EIO=4", f"POST /socket.io/?{session.query} HTTP/1.1\r\nHost: x\r\n"
                      "Content-Length: 100\r\n\r\n42".encode()):
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as connection:
            connection.sendall(beginning)
            while connection.recv(1000):
                pass


def test_invalid_text_closes_the_connection(fake_server: ServerProcess) -> None:
    with watched(fake_server):
        client = RawWebSocket(fake_server)
        client.receive()
        client.socket.send(b'42["\xff\xfe"]', opcode=1)
        client.wait_until_closed()
