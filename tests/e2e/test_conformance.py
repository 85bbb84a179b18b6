"""What the protocols' own test suites check, against the program that they are run against."""

import json
import time
from collections.abc import Iterator

import pytest
import requests
import websocket

from support.conformance import PATIENT, PLACEHOLDERS, ConformanceServer, conformance_server, joined, opened
from support.polling import PollingSession, get, post
from support.raw_client import RawWebSocket
from support.server_process import PATIENCE

HANDSHAKE_KEYS = {"sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"}
BYTES = bytes([1, 2, 3, 4])


@pytest.fixture(scope="module", params=["engineio", "socketio"])
def suite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConformanceServer]:
    """Each of the suites' fixtures with the settings of the suite."""
    with conformance_server(tmp_path_factory.mktemp("suite"), request.param) as server:
        yield server


@pytest.fixture(scope="module")
def engineio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConformanceServer]:
    """Fixture engineio without heartbeats."""
    with conformance_server(tmp_path_factory.mktemp("engineio"), "engineio", *PATIENT[:4]) as server:
        yield server


@pytest.fixture(scope="module")
def socketio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConformanceServer]:
    """Fixture socketio without heartbeats."""
    with conformance_server(tmp_path_factory.mktemp("socketio"), "socketio", *PATIENT) as server:
        yield server


@pytest.fixture(scope="module")
def tolerant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConformanceServer]:
    """Fixture socketio with the suite's heartbeats, which need no answer."""
    with conformance_server(tmp_path_factory.mktemp("tolerant"), "socketio", "--ping-timeout-ms", "60000") as server:
        yield server


def closes_websocket(server: ConformanceServer, query: str) -> bool:
    """True when the handshake is refused with 400, or the connection closed."""
    try:
        server.open_websocket(query).wait_until_closed()
    except websocket.WebSocketBadStatusException as refusal:
        return refusal.status_code == 400
    return True


def echoes(client: RawWebSocket) -> bool:
    client.send("4hello")
    return client.receive() == "4hello"


def upgraded(server: ConformanceServer) -> tuple[PollingSession, RawWebSocket]:
    session = server.open_polling()
    client = server.open_websocket(f"EIO=4&transport=websocket&sid={session.sid}")
    client.send("2probe")
    assert client.receive() == "3probe"
    answer = session.get()
    assert (answer.status_code, answer.text) == (200, "6")
    client.send("5")
    return session, client


# Engine.IO: handshake


def test_a_polling_handshake_opens_a_session(suite: ConformanceServer) -> None:
    handshake = suite.open_polling().handshake
    assert handshake.keys() == HANDSHAKE_KEYS
    assert handshake["upgrades"] == ["websocket"]
    assert (handshake["pingInterval"], handshake["pingTimeout"], handshake["maxPayload"]) == (300, 200, 1_000_000)


@pytest.mark.parametrize("query, body", [
    ("transport=polling", '{"code":5,"message":"Unsupported protocol version"}'),
    ("EIO=abc&transport=polling", '{"code":5,"message":"Unsupported protocol version"}'),
    ("EIO=3&transport=polling", '{"code":5,"message":"Unsupported protocol version"}'),
    ("EIO=4", '{"code":0,"message":"Transport unknown"}'),
    ("EIO=4&transport=abc", '{"code":0,"message":"Transport unknown"}'),
    ("EIO=4&transport=__proto__", '{"code":0,"message":"Transport unknown"}'),
    ("EIO=4&transport=polling&sid=unknown", '{"code":1,"message":"Session ID unknown"}'),
    ("EIO=4&transport=websocket", '{"code":3,"message":"Bad request"}')])
def test_a_wrong_polling_request_is_refused(suite: ConformanceServer, query: str, body: str) -> None:
    answer = get(suite, query)
    assert (answer.status_code, answer.text) == (400, body)


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_handshake_with_another_method_is_refused(suite: ConformanceServer, method: str) -> None:
    answer = requests.request(method, f"{suite.url}{suite.path}?EIO=4&transport=polling", timeout=PATIENCE)
    assert (answer.status_code, answer.text) == (400, '{"code":2,"message":"Bad handshake method"}')


def test_a_websocket_handshake_opens_a_session(suite: ConformanceServer) -> None:
    packet = suite.open_websocket().receive()
    assert packet[0] == "0"
    handshake = json.loads(packet[1:])
    assert handshake.keys() == HANDSHAKE_KEYS
    assert handshake["upgrades"] == []
    assert (handshake["pingInterval"], handshake["pingTimeout"], handshake["maxPayload"]) == (300, 200, 1_000_000)


@pytest.mark.parametrize("query", ["transport=websocket", "EIO=abc&transport=websocket", "EIO=4",
                                   "EIO=4&transport=abc"])
def test_a_wrong_websocket_handshake_is_refused(suite: ConformanceServer, query: str) -> None:
    assert closes_websocket(suite, query)


# Engine.IO: messages


@pytest.mark.parametrize("packets", [["4hello"], ["4test1", "4test2", "4test3"], ["4hello", "bAQIDBA=="]])
def test_messages_come_back_over_polling(engineio: ConformanceServer, packets: list[str]) -> None:
    session = engineio.open_polling()
    answer = session.post(*packets)
    assert (answer.status_code, answer.text) == (200, "ok")
    assert session.get().text == "\x1e".join(packets)


@pytest.mark.parametrize("packet", ["4hello", BYTES])
def test_messages_come_back_over_websocket(engineio: ConformanceServer, packet: str | bytes) -> None:
    client = opened(engineio)
    client.send(packet)
    assert client.receive() == packet


def test_an_invalid_packet_ends_a_polling_session(engineio: ConformanceServer) -> None:
    session = engineio.open_polling()
    assert session.post("abc").status_code == 400
    assert session.get().status_code == 400


def test_an_invalid_packet_ends_a_websocket_session(engineio: ConformanceServer) -> None:
    client = opened(engineio)
    client.send("abc")
    client.wait_until_closed()


def test_two_polls_at_the_same_time_end_the_session(engineio: ConformanceServer) -> None:
    session = engineio.open_polling()
    answers = [later.result() for later in [session.get_later(), session.get_later()]]
    first, second = sorted(answers, key=lambda answer: answer.status_code)
    assert (first.status_code, first.text) == (200, "1")
    assert second.status_code in (400, 500)
    assert session.get().status_code == 400


def test_a_cancelled_poll_ends_the_session(engineio: ConformanceServer) -> None:
    session = engineio.open_polling()
    session.cancelled_get()
    # a request that comes before the end of the connection was noticed is the second one at the same time
    while session.get().status_code == 200:
        pass
    assert session.get().status_code == 400


# Engine.IO: heartbeat and close


def test_polling_clients_get_heartbeats(suite: ConformanceServer) -> None:
    session = suite.open_polling()
    for _ in range(3):
        assert session.get().text == "2"
        assert session.post("3").status_code == 200


def test_a_polling_session_without_answer_ends_with_the_ping_timeout(suite: ConformanceServer) -> None:
    session = suite.open_polling()
    time.sleep(0.5)
    assert session.get().status_code == 400


def test_websocket_clients_get_heartbeats(suite: ConformanceServer) -> None:
    # fixture socketio closes a client that joins no namespace within a second
    client = opened(suite) if suite.fixture == "engineio" else joined(suite)
    for _ in range(3):
        assert client.receive() == "2"
        client.send("3")


def test_a_websocket_session_without_answer_is_closed(suite: ConformanceServer) -> None:
    opened(suite).wait_until_closed()


def test_a_polling_client_closes_its_session(engineio: ConformanceServer) -> None:
    session = engineio.open_polling()
    waiting = session.get_later()
    assert session.post("1").text == "ok"
    assert (waiting.result().status_code, waiting.result().text) == (200, "6")
    assert session.get().status_code == 400


def test_a_websocket_client_closes_its_session(engineio: ConformanceServer) -> None:
    client = opened(engineio)
    client.send("1")
    client.wait_until_closed()


# Engine.IO: upgrade


def test_a_session_moves_from_polling_to_websocket(engineio: ConformanceServer) -> None:
    _, client = upgraded(engineio)
    assert echoes(client)


def test_polling_is_over_after_the_upgrade(engineio: ConformanceServer) -> None:
    session, client = upgraded(engineio)
    # its answer shows that the upgrade has been read
    assert echoes(client)
    assert session.get().status_code == 400
    assert echoes(client)


def test_a_second_websocket_for_a_session_is_refused(engineio: ConformanceServer) -> None:
    session, client = upgraded(engineio)
    assert closes_websocket(engineio, f"EIO=4&transport=websocket&sid={session.sid}")
    assert echoes(client)


# HTTP around it


def test_the_endpoint_answers_as_the_reference_does(engineio: ConformanceServer) -> None:
    handshake = get(engineio, "EIO=4&transport=polling")
    assert handshake.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert handshake.headers["Cache-Control"] == "no-store"
    assert handshake.headers["Access-Control-Allow-Origin"] == "*"
    query = f"EIO=4&transport=polling&sid={json.loads(handshake.text[1:])['sid']}"
    put = requests.put(f"{engineio.url}{engineio.path}?{query}", timeout=PATIENCE)
    assert (put.status_code, put.content) == (500, b"")
    close = post(engineio, query, "1")
    assert (close.headers["Content-Type"], close.text) == ("text/html", "ok")


def test_a_head_request_is_no_handshake(engineio: ConformanceServer) -> None:
    answer = requests.head(f"{engineio.url}{engineio.path}?EIO=4&transport=polling", timeout=PATIENCE)
    assert (answer.status_code, answer.content) == (400, b"")


def test_a_preflight_request_is_answered(engineio: ConformanceServer) -> None:
    answer = requests.options(f"{engineio.url}{engineio.path}?EIO=4&transport=polling", timeout=PATIENCE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET,HEAD,PUT,PATCH,POST,DELETE"


def test_a_payload_over_the_limit_is_refused_and_the_session_lives_on(engineio: ConformanceServer) -> None:
    session = engineio.open_polling()
    assert session.post("4" + "x" * 1_000_000).status_code == 413
    assert session.post("4hello").text == "ok"
    assert session.get().text == "4hello"


# Socket.IO


@pytest.mark.parametrize("name, sent, auth", [
    ("", "40", "{}"), ("", '40{"token":"123"}', '{"token":"123"}'),
    ("/custom,", "40/custom,", "{}"), ("/custom,", '40/custom,{"token":"abc"}', '{"token":"abc"}')])
def test_a_client_joins_and_is_told_its_auth(socketio: ConformanceServer, name: str, sent: str, auth: str) -> None:
    client = opened(socketio)
    client.send(sent)
    assert json.loads(client.receive().removeprefix("40" + name)).keys() == {"sid"}
    assert client.receive() == f'42{name}["auth",{auth}]'


def test_an_unknown_namespace_is_refused(socketio: ConformanceServer) -> None:
    client = opened(socketio)
    client.send("40/random")
    assert client.receive() == '44/random,{"message":"Invalid namespace"}'


def test_an_invalid_first_packet_closes_the_connection(socketio: ConformanceServer) -> None:
    client = opened(socketio)
    client.send("4abc")
    client.wait_until_closed()


def test_a_client_that_joins_no_namespace_is_closed(tolerant: ConformanceServer) -> None:
    client = opened(tolerant)
    assert client.receive() == "2"
    client.wait_until_closed()


def test_the_connection_stays_open_when_the_main_namespace_is_left(tolerant: ConformanceServer) -> None:
    client = joined(tolerant)
    client.send("41")
    assert client.receive() == "2"


def test_leaving_a_custom_namespace_leaves_the_main_one(tolerant: ConformanceServer) -> None:
    client = joined(tolerant)
    assert client.receive() == "2"
    client.send("40/custom")
    assert client.receive().startswith("40/custom,{")
    assert client.receive() == '42/custom,["auth",{}]'
    client.send("41/custom")
    client.send('42["message","message to main namespace"]')
    assert client.receive() == '42["message-back","message to main namespace"]'


@pytest.mark.parametrize("sent, answer", [
    ('42["message",1,"2",{"3":[true]}]', '42["message-back",1,"2",{"3":[true]}]'),
    ('42["message"]', '42["message-back"]'),
    ('42456["message-with-ack",1,"2",{"3":[false]}]', '43456[1,"2",{"3":[false]}]'),
    ('420["message-with-ack"]', "430[]")])
def test_a_suite_event_comes_back(socketio: ConformanceServer, sent: str, answer: str) -> None:
    client = joined(socketio)
    client.send(sent)
    assert client.receive() == answer


@pytest.mark.parametrize("sent, answer", [
    (f'452-["message",{PLACEHOLDERS}]', f'452-["message-back",{PLACEHOLDERS}]'),
    (f'452-789["message-with-ack",{PLACEHOLDERS}]', f"462-789[{PLACEHOLDERS}]")])
def test_a_suite_event_comes_back_with_its_attachments(socketio: ConformanceServer, sent: str, answer: str) -> None:
    client = joined(socketio)
    packets = [sent, bytes([1, 2, 3]), bytes([4, 5, 6])]
    for packet in packets:
        client.send(packet)
    assert [client.receive() for _ in packets] == [answer, *packets[1:]]


def test_the_server_takes_an_acknowledgement(socketio: ConformanceServer) -> None:
    client = joined(socketio)
    client.send('42["emit-with-ack",1,"2",{"3":[false]}]')
    assert client.receive() == '420["emit-with-ack",1,"2",{"3":[false]}]'
    client.send('430[1,"2",{"3":[false]}]')
    assert client.receive() == '42["emit-with-ack",1,"2",{"3":[false]}]'


def test_the_server_takes_an_acknowledgement_with_attachments(socketio: ConformanceServer) -> None:
    client = joined(socketio)
    for packet in [f'452-["emit-with-ack",{PLACEHOLDERS}]', BYTES, b""]:
        client.send(packet)
    assert [client.receive() for _ in range(3)] == [f'452-0["emit-with-ack",{PLACEHOLDERS}]', BYTES, b""]
    for packet in [f"462-0[{PLACEHOLDERS}]", BYTES, b""]:
        client.send(packet)
    assert [client.receive() for _ in range(3)] == [f'452-["emit-with-ack",{PLACEHOLDERS}]', BYTES, b""]


def test_an_acknowledgement_that_comes_too_late_is_ignored(socketio: ConformanceServer) -> None:
    client = joined(socketio)
    client.send('42["emit-with-ack"]')
    assert client.receive() == '420["emit-with-ack"]'
    time.sleep(0.5)
    client.send("430[]")
    client.send('42["message","next"]')
    assert client.receive() == '42["message-back","next"]'


@pytest.mark.parametrize("packet", ["4abc", "42{}", '42abc["message-with-ack",1,"2",{"3":[false]}]'])
def test_an_invalid_packet_closes_the_connection(socketio: ConformanceServer, packet: str) -> None:
    client = joined(socketio)
    client.send(packet)
    client.wait_until_closed()
