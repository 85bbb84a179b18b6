"""Socket.IO, revision 5, packet by packet, over WebSocket."""

import json

import pytest

from support.images import plain
from support.raw_client import RawClient, RawWebSocket
from support.server_process import ServerProcess


def opened(server: ServerProcess) -> RawWebSocket:
    client = RawWebSocket(server)
    assert client.receive()[0] == "0"
    return client


def joined(server: ServerProcess) -> RawWebSocket:
    client = opened(server)
    client.send("40")
    assert client.receive().startswith('40{"sid":')
    return client


def still_works(client: RawWebSocket) -> bool:
    client.send('42["frame","x"]')
    return client.receive().startswith('42["response",{"message":"Failed to process image: ')


@pytest.mark.parametrize("packet", ["40", '40{"token":"123"}', "40{}", "40/,", '40/,{"token":"123"}'])
def test_a_client_joins_the_main_namespace(fake_server: ServerProcess, packet: str) -> None:
    client = opened(fake_server)
    client.send(packet)
    answer = client.receive()
    assert answer.startswith("40{")
    assert json.loads(answer[2:]).keys() == {"sid"}
    assert still_works(client)
    client.close()


def test_the_public_id_is_not_the_secret_one(fake_server: ServerProcess) -> None:
    client = RawClient(fake_server)
    assert client.connected["sid"] != client.handshake["sid"]
    client.close()


@pytest.mark.parametrize("packet, answer", [
    ("40/random", '44/random,{"message":"Invalid namespace"}'),
    ("40/random,", '44/random,{"message":"Invalid namespace"}'),
    ('40/custom,{"token":"abc"}', '44/custom,{"message":"Invalid namespace"}')])
def test_an_unknown_namespace_is_refused(fake_server: ServerProcess, packet: str, answer: str) -> None:
    client = opened(fake_server)
    client.send(packet)
    assert client.receive() == answer
    client.close()


def test_an_unknown_namespace_does_not_hurt_the_main_one(fake_server: ServerProcess) -> None:
    client = joined(fake_server)
    client.send("40/random")
    assert client.receive() == '44/random,{"message":"Invalid namespace"}'
    assert still_works(client)
    client.close()


@pytest.mark.parametrize("packet", ["4abc", "4", "49", "40[]", '40"x"', '42["frame","x"]', '420["frame","x"]', "41",
                                    "43[]", '450-["frame"]', '451-["frame",{"_placeholder":true,"num":0}]'])
def test_a_session_that_does_not_begin_by_joining_is_closed(fake_server: ServerProcess, packet: str) -> None:
    client = opened(fake_server)
    client.send(packet)
    client.wait_until_closed()


def test_a_client_that_joins_nothing_is_closed(start_fake) -> None:
    server = start_fake("--set", "server.connect_timeout_ms=200")
    opened(server).wait_until_closed()


@pytest.mark.parametrize("packet", [
    "4abc", "47[]", "42{}", "42", "42[", "42[]", "42[null]", '42[{"toString":"x"}]', '42"frame"', '42abc["frame"]',
    '42["connect"]', '42["connect_error"]', '42["disconnect",1]', '42["newListener"]', '42["disconnecting"]',
    '42["removeListener"]', "40", '451-["frame"', "45-[]", '45a-["frame"]', '450-["frame"]', '451.5-["frame"]',
    '4599999999999-["frame"]', '4511-["frame"]', '42["frame","\\ud800', "42" + "[" * 200,
    "42" + "9" * 400 + '["frame"]', "45" + "9" * 400 + '-["frame"]'])
def test_what_is_no_packet_closes_the_connection(fake_server: ServerProcess, packet: str) -> None:
    client = joined(fake_server)
    client.send(packet)
    client.wait_until_closed()


@pytest.mark.parametrize("number", ['"splice"', "1", "-1", "0.5", "1e9", "null", "{}"])
def test_a_placeholder_that_points_nowhere_closes_the_connection(fake_server: ServerProcess, number: str) -> None:
    client = joined(fake_server)
    client.send(f'451-["frame",{{"_placeholder":true,"num":{number}}}]')
    client.send(b"bytes")
    client.wait_until_closed()


def test_bytes_without_a_packet_close_the_connection(fake_server: ServerProcess) -> None:
    client = joined(fake_server)
    client.send(b"bytes")
    client.wait_until_closed()


def test_text_in_the_middle_of_a_binary_packet_closes_the_connection(fake_server: ServerProcess) -> None:
    client = joined(fake_server)
    client.send('451-["frame",{"_placeholder":true,"num":0}]')
    client.send('42["frame","x"]')
    client.wait_until_closed()


def test_an_unknown_event_is_ignored(fake_server: ServerProcess) -> None:
    client = joined(fake_server)
    client.send('42["unknown",{"a":1}]')
    client.send('42[5]')
    client.send('42["response",{"message":"x"}]')
    assert still_works(client)
    client.close()


def test_an_acknowledgement_that_nobody_waits_for_is_ignored(fake_server: ServerProcess) -> None:
    client = joined(fake_server)
    client.send("437[1]")
    assert still_works(client)
    client.close()


def test_leaving_the_namespace_keeps_the_connection(start_fake) -> None:
    server = start_fake("--set", "server.ping_interval_ms=300")
    client = joined(server)
    client.send("41")
    assert client.receive() == "2"
    client.send("3")
    server.wait_for_log(r"Client disconnected\..*client namespace disconnect")
    client.send("40")
    answer = client.receive()
    while answer == "2":
        client.send("3")
        answer = client.receive()
    assert answer.startswith('40{"sid":')
    client.close()


@pytest.mark.parametrize("number", [0, 7, 456, 2 ** 31, 2 ** 53 - 1])
def test_acknowledgements_carry_the_number_that_was_sent(fake_server: ServerProcess, number: int) -> None:
    client = joined(fake_server)
    client.send(f'42{number}["frame","x"]')
    response, acknowledgement = client.receive(), client.receive()
    assert acknowledgement == f"43{number}[" + response.removeprefix('42["response",')
    client.close()


@pytest.mark.parametrize("identifier", ['"text"', "0", "-1.5e3", "null", "true", '{"a":[1,{"b":null}]}',
                                        '"\\u00e4\\n\\""', '"ä"',
                                        "12345678901234567890"])
def test_ids_are_echoed_as_they_came(fake_server: ServerProcess, identifier: str) -> None:
    client = joined(fake_server)
    client.send(f'42["frame",{{"image":"x","id":{identifier}}}]')
    answer = client.receive()
    assert answer.endswith(f',"id":{identifier}}}]') or json.loads(answer[2:])[1]["id"] == json.loads(identifier)
    client.close()


def test_the_response_comes_before_its_acknowledgement(fake_server: ServerProcess) -> None:
    client = RawClient(fake_server)
    for brightness in range(0, 250, 25):
        client.call("frame", plain(brightness))  # checks the order
    client.close()
