"""Engine.IO, revision 4, packet by packet: https://socket.io/docs/v4/engine-io-protocol/"""

import json

import pytest
import requests
import websocket

from support.polling import PollingSession, get, post
from support.raw_client import Closed, RawWebSocket
from support.server_process import ServerProcess

HANDSHAKE_KEYS = {"sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"}


def test_a_polling_handshake_opens_a_session(beating_server: ServerProcess) -> None:
    handshake = PollingSession(beating_server).handshake
    assert handshake.keys() == HANDSHAKE_KEYS
    assert handshake["upgrades"] == ["websocket"]
    assert (handshake["pingInterval"], handshake["pingTimeout"]) == (300, 200)
    assert handshake["maxPayload"] == 8 << 20
    assert len(handshake["sid"]) >= 20


def test_a_websocket_handshake_opens_a_session_without_upgrades(fake_server: ServerProcess) -> None:
    client = RawWebSocket(fake_server)
    packet = client.receive()
    assert packet[0] == "0"
    handshake = json.loads(packet[1:])
    assert handshake.keys() == HANDSHAKE_KEYS
    assert handshake["upgrades"] == []
    assert (handshake["pingInterval"], handshake["pingTimeout"]) == (25_000, 20_000)
    client.close()


def test_session_ids_differ(fake_server: ServerProcess) -> None:
    assert len({PollingSession(fake_server).sid for _ in range(20)}) == 20


@pytest.mark.parametrize("query, code", [
    ("transport=polling", 5), ("EIO=abc&transport=polling", 5), ("EIO=3&transport=polling", 5),
    ("EIO=4", 0), ("EIO=4&transport=abc", 0), ("EIO=4&transport=__proto__", 0), ("EIO=4&transport=constructor", 0),
    ("EIO=4&transport=polling&sid=unknown", 1), ("EIO=4&transport=websocket", 3)])
def test_a_wrong_handshake_is_refused(fake_server: ServerProcess, query: str, code: int) -> None:
    answer = get(fake_server, query)
    assert answer.status_code == 400
    assert answer.json()["code"] == code


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_handshake_with_another_method_is_refused(fake_server: ServerProcess, method: str) -> None:
    answer = requests.request(method, f"{fake_server.url}/socket.io/?EIO=4&transport=polling", timeout=60)
    assert answer.status_code == 400
    assert answer.json()["code"] == 2


@pytest.mark.parametrize("query", ["transport=websocket", "EIO=abc&transport=websocket", "EIO=4", "EIO=4&transport=abc",
                                   "EIO=4&transport=websocket&sid=unknown"])
def test_a_wrong_websocket_handshake_is_refused(fake_server: ServerProcess, query: str) -> None:
    try:
        client = RawWebSocket(fake_server, query)
    except websocket.WebSocketBadStatusException as refusal:
        assert refusal.status_code == 400
    else:
        client.wait_until_closed()


@pytest.mark.parametrize("query", ["EIO=4&transport=polling&sid=%", "EIO=4&transport=polling&sid=%00%ff",
                                   "EIO=4&EIO=4&transport=polling&transport=websocket", "&&&===&", "sid=&sid="])
def test_odd_queries_get_an_answer(fake_server: ServerProcess, query: str) -> None:
    assert get(fake_server, query).status_code in (200, 400)
    assert get(fake_server, "EIO=4&transport=polling").status_code == 200


def test_a_session_cannot_be_used_with_another_protocol_version(fake_server: ServerProcess) -> None:
    session = PollingSession(fake_server)
    assert get(fake_server, f"EIO=3&transport=polling&sid={session.sid}").status_code == 400


def test_an_invalid_packet_ends_a_polling_session(fake_server: ServerProcess) -> None:
    session = PollingSession(fake_server).join()
    assert session.post("abc").status_code in (200, 400)
    # what was left may be handed out by one more request, as the reference does
    statuses = [session.get().status_code for _ in range(2)]
    assert statuses[-1] == 400


def test_an_invalid_packet_ends_a_websocket_session(fake_server: ServerProcess) -> None:
    client = RawWebSocket(fake_server)
    client.receive()
    client.send("abc")
    client.wait_until_closed()


def test_a_second_poll_at_the_same_time_ends_the_session(fake_server: ServerProcess) -> None:
    session = PollingSession(fake_server).join()
    answers = [session.get_later() for _ in range(2)]
    statuses = sorted(answer.result().status_code for answer in answers)
    assert statuses[0] == 200 and statuses[1] in (400, 500)
    assert "1" in [answer.result().text for answer in answers]
    assert session.get().status_code == 400


def test_a_cancelled_poll_ends_the_session(fake_server: ServerProcess) -> None:
    session = PollingSession(fake_server).join()
    session.cancelled_get()
    fake_server.wait_for_log(r"Client disconnected\.")
    # a request that comes before the end of the connection was noticed is the second one at the same time
    while session.get().status_code == 200:
        pass
    assert session.get().status_code == 400


def test_several_packets_of_one_request_are_handled_in_order(fake_server: ServerProcess) -> None:
    session = PollingSession(fake_server).join()
    events = [f'42["frame",{{"image":"{kind}","id":{index}}}]' for index, kind in enumerate(["x", "", "!"])]
    assert session.post(*events).text == "ok"
    packets = session.collect(3)
    assert [json.loads(packet[2:])[1]["id"] for packet in packets] == [0, 1, 2]


def test_binary_over_polling_is_base64(fake_server: ServerProcess) -> None:
    session = PollingSession(fake_server).join()
    assert session.post('451-9["frame",{"_placeholder":true,"num":0}]', "bAQIDBA==").text == "ok"
    response, acknowledgement = session.collect(2)
    assert response.startswith('42["response",{"message":"Failed to process image: ')
    assert acknowledgement.startswith('439[{"message":"Failed to process image: ')


def test_a_polling_answer_carries_at_most_16_packets(fake_server: ServerProcess) -> None:
    session = PollingSession(fake_server).join()
    count = 40
    assert session.post(*[f'42{i}["frame","x"]' for i in range(count)]).text == "ok"
    received = 0
    while received < 2 * count:
        packets = session.packets()
        assert len(packets) <= 16
        received += len(packets)
    assert received == 2 * count


def test_the_server_sends_heartbeats_over_polling(beating_server: ServerProcess) -> None:
    session = PollingSession(beating_server)
    for _ in range(3):
        assert session.get().text == "2"
        assert session.post("3").status_code == 200


def test_the_server_sends_heartbeats_over_websocket(beating_server: ServerProcess) -> None:
    client = RawWebSocket(beating_server)
    client.receive()
    for _ in range(3):
        assert client.receive() == "2"
        client.send("3")
    client.close()


def test_a_polling_client_without_heartbeat_is_closed(beating_server: ServerProcess) -> None:
    session = PollingSession(beating_server)
    assert session.get().text == "2"
    statuses = [session.get().status_code for _ in range(2)]
    assert statuses[-1] == 400


def test_a_websocket_client_without_heartbeat_is_closed(beating_server: ServerProcess) -> None:
    client = RawWebSocket(beating_server)
    client.receive()
    client.send("40")
    client.wait_until_closed()
    beating_server.wait_for_log(r"Client disconnected\..*ping timeout")


def test_a_polling_client_can_close(fake_server: ServerProcess) -> None:
    session = PollingSession(fake_server)
    waiting = session.get_later()
    assert session.post("1").text == "ok"
    assert waiting.result().text == "6"
    assert session.get().status_code == 400


def test_a_websocket_client_can_close(fake_server: ServerProcess) -> None:
    client = RawWebSocket(fake_server)
    client.receive()
    client.send("1")
    client.wait_until_closed()


def upgraded(server: ServerProcess) -> tuple[PollingSession, RawWebSocket]:
    """A session that has joined `/` over polling and then moved to WebSocket."""
    session = PollingSession(server).join()
    client = RawWebSocket(server, f"EIO=4&transport=websocket&sid={session.sid}")
    client.send("2probe")
    assert client.receive() == "3probe"
    assert session.get().text == "6"
    client.send("5")
    return session, client


def test_a_session_moves_from_polling_to_websocket(fake_server: ServerProcess) -> None:
    _, client = upgraded(fake_server)
    client.send('427["frame","x"]')
    assert client.receive().startswith('42["response",')
    assert client.receive().startswith("437[")
    client.close()


def test_polling_is_over_after_the_upgrade(fake_server: ServerProcess) -> None:
    session, client = upgraded(fake_server)
    client.send('42["frame","x"]')
    assert client.receive().startswith('42["response",')
    assert session.get().status_code == 400
    assert post(fake_server, session.query, '42["frame","x"]').status_code == 400
    client.send('42["frame","x"]')
    assert client.receive().startswith('42["response",')
    client.close()


def test_a_second_websocket_for_the_same_session_is_refused(fake_server: ServerProcess) -> None:
    session, client = upgraded(fake_server)
    client.send('42["frame","x"]')
    assert client.receive().startswith('42["response",')
    try:
        RawWebSocket(fake_server, f"EIO=4&transport=websocket&sid={session.sid}").wait_until_closed()
    except websocket.WebSocketBadStatusException as refusal:
        assert refusal.status_code == 400
    client.send('42["frame","x"]')
    assert client.receive().startswith('42["response",')
    client.close()


def test_an_answer_crosses_the_upgrade_without_loss(fake_server: ServerProcess) -> None:
    session = PollingSession(fake_server).join()
    client = RawWebSocket(fake_server, f"EIO=4&transport=websocket&sid={session.sid}")
    client.send("2probe")
    assert client.receive() == "3probe"
    assert session.post('421["frame","x"]').text == "ok"
    client.send("5")
    received: list[str] = []
    answer = session.get()
    if answer.status_code == 200:
        received += [packet for packet in answer.text.split("\x1e") if packet != "6"]
    while len(received) < 2:
        received.append(client.receive())
    assert received[0].startswith('42["response",') and received[1].startswith("431[")
    client.close()


def test_a_probe_that_never_upgrades_leaves_the_session_on_polling(start_fake) -> None:
    server = start_fake("--set", "server.upgrade_timeout_ms=200")
    session = PollingSession(server).join()
    client = RawWebSocket(server, f"EIO=4&transport=websocket&sid={session.sid}")
    client.send("2probe")
    assert client.receive() == "3probe"
    with pytest.raises(Closed):
        while True:
            client.receive()
    assert session.post('42["frame","x"]').text == "ok"
    session.wait_for('42["response",')
    session.close()
