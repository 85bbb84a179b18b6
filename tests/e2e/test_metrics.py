"""/metrics: its format, its numbers, and what relies on its names."""

import json
import math
import re
import time

import requests

from support.fake_engine import Gate
from support.images import bare_base64, noise, plain
from support.metrics import OUTCOMES, STAGES, Metrics
from support.polling import PollingSession, get
from support.raw_client import RawClient
from support.server_process import PATIENCE, ROOT, ServerProcess, wait_until

ODD_NAME = 'a "quoted" \\name\\n\nin two lines, {x="y"} ä'
NAMES = re.compile(r"\b(?:ocelli|process)_[a-z_]+")


def settled(server: ServerProcess) -> Metrics:
    """A scrape at which nothing is in work."""
    def scrape() -> Metrics | None:
        metrics = Metrics(server)
        return metrics if metrics.settled else None
    return wait_until(scrape, "every frame and question has ended")


def family_of(name: str) -> str:
    """The metric that a name in a query belongs to: histograms have three names more."""
    return re.sub(r"_(bucket|sum|count)$", "", name)


def test_metrics_are_served_in_prometheus_text_format(fake_server: ServerProcess) -> None:
    answer = requests.get(fake_server.url + "/metrics", timeout=PATIENCE)
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    for name, family in Metrics(fake_server).families.items():
        assert family.documentation.endswith("."), name
        assert family.type in ("counter", "gauge", "histogram"), name
        assert family.samples, name


def test_a_head_request_gets_no_body_and_other_methods_are_refused(fake_server: ServerProcess) -> None:
    answer = requests.head(fake_server.url + "/metrics", timeout=PATIENCE)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 1000
    assert requests.post(fake_server.url + "/metrics", timeout=PATIENCE).status_code == 405


def test_the_main_page_tells_where_metrics_are(fake_server: ServerProcess) -> None:
    assert "/metrics" in requests.get(fake_server.url, timeout=PATIENCE).text


def test_everything_is_there_before_the_first_frame(start_fake) -> None:
    metrics = Metrics(start_fake("--set", "inference.workers=2"))
    assert metrics.outcomes() == dict.fromkeys(OUTCOMES, 0)
    for stage in STAGES:
        assert metrics.value("ocelli_frame_stage_seconds_count", stage=stage) == 0
    for worker in ("0", "1"):
        assert metrics.value("ocelli_worker_state", worker=worker, state="warm") == 1
        assert metrics.value("ocelli_worker_state", worker=worker, state="starting") == 0
        assert metrics.value("ocelli_worker_restarts_total", worker=worker) == 0
    for outcome in ("answered", "failed"):
        assert metrics.value("ocelli_batches_total", outcome=outcome) == 0
    assert metrics.value("ocelli_connections") == 1  # this one
    assert metrics.value("ocelli_clients") == 0


def test_counts_add_up_whatever_becomes_of_the_frames(start_fake, gate: Gate) -> None:
    server = start_fake(*gate.arguments, "--fake-fail-on", "15", "--set", "limits.pending_bytes=1048576",
                        "--set", "limits.message_bytes=1048576")
    client, leaving, greedy = (RawClient(server) for _ in range(3))
    polling = PollingSession(server).join()
    wait_until(lambda: Metrics(server).value("ocelli_clients") == 4, "four clients have come")
    metrics = Metrics(server)
    assert metrics.value("ocelli_sessions", transport="websocket") == 3
    assert metrics.value("ocelli_sessions", transport="polling") == 1

    client.emit("frame", plain())  # answered
    gate.wait_for_batch()
    for _ in range(3):  # superseded
        client.emit("frame", plain())
    client.emit("frame", {"image": plain(), "deadline_ms": 100})  # expired
    leaving.emit("frame", plain())  # cancelled
    leaving.emit("message", {"message": "What is Ocelli?"})
    greedy.emit("frame", noise(900))  # waits, and holds 810 kB
    wait_until(lambda: Metrics(server).value("ocelli_pending_bytes") > 800_000, "the large frame is held")
    polling.post(f'42["frame","{bare_base64(noise(600))}"]')  # rejected
    wait_until(lambda: Metrics(server).outcomes()["rejected"] == 1, "a frame is rejected")
    leaving.close()
    wait_until(lambda: Metrics(server).value("ocelli_clients") == 3, "a client has left")
    time.sleep(0.2)  # the deadline passes
    gate.open()
    client.take(2 + 3 + 2)
    greedy.take(2)
    for image in (plain(255), b"no image", plain()):  # failed in the engine, failed, answered
        client.call("frame", image)

    metrics = settled(server)
    assert metrics.received == 11
    assert metrics.outcomes() == {
        "answered": 3, "superseded": 3, "expired": 1, "rejected": 1, "failed": 2, "cancelled": 1}
    assert metrics.value("ocelli_questions_received_total") == 1
    assert metrics.value("ocelli_frame_stage_seconds_count", stage="read") == 11
    for stage in STAGES[1:]:
        assert metrics.value("ocelli_frame_stage_seconds_count", stage=stage) == 3
    assert metrics.value("ocelli_answer_age_seconds_count") == 3
    spent = sum(metrics.value("ocelli_frame_stage_seconds_sum", stage=stage) for stage in STAGES[1:])
    assert math.isclose(spent, metrics.value("ocelli_answer_age_seconds_sum"), rel_tol=1e-6)
    assert metrics.value("ocelli_answer_age_seconds_sum") >= 0.2
    batches = metrics.value("ocelli_batches_total", outcome="answered")
    assert batches in (3, 4)  # the frame of the client that left may have been in a batch of its own by then
    assert metrics.value("ocelli_batches_total", outcome="failed") == 1
    assert metrics.value("ocelli_batch_size_frames_sum") == batches + 1
    assert metrics.value("ocelli_batch_size_frames_bucket", le="1") == batches + 1
    assert metrics.value("ocelli_pending_bytes") == 0
    assert metrics.value("ocelli_pending_limit_bytes") == 1048576
    assert metrics.value("ocelli_received_bytes_total") > 810_000 + 4 / 3 * 360_000
    polling.close()
    client.close()
    greedy.close()
    wait_until(lambda: Metrics(server).value("ocelli_clients") == 0, "all clients have left")
    metrics = Metrics(server)
    assert metrics.value("ocelli_sessions_opened_total") == 4
    for transport in ("polling", "websocket"):
        assert metrics.value("ocelli_sessions", transport=transport) == 0


def test_sessions_that_are_refused_are_counted(start_fake) -> None:
    server = start_fake("--set", "limits.connections=8")
    sessions = [PollingSession(server) for _ in range(8)]
    assert get(server, "EIO=4&transport=polling").status_code == 503
    metrics = Metrics(server)
    assert metrics.value("ocelli_sessions_refused_total") == 1
    assert metrics.value("ocelli_sessions", transport="polling") == 8
    for session in sessions:
        session.close()


def test_names_of_any_characters_arrive_as_they_are(start_fake) -> None:
    metrics = Metrics(start_fake("--fake-name", ODD_NAME))
    assert metrics.value("ocelli_model_info", name=ODD_NAME, format="fake", precision="float32", device="cpu") == 1


def test_the_embedded_model_and_the_process_are_described(server: ServerProcess) -> None:
    metrics = Metrics(server)
    model = metrics.families["ocelli_model_info"].samples[0].labels
    assert (model["format"], model["precision"], model["device"]) == ("torchscript", "float32", "cpu")
    assert model["name"]
    assert metrics.value("process_resident_memory_bytes") > 50e6
    assert 0 < metrics.value("process_open_fds") < metrics.value("process_max_fds")
    assert 0 < metrics.value("process_start_time_seconds") <= time.time() + 2


def test_metrics_are_served_while_the_server_drains(start_fake, gate: Gate) -> None:
    server = start_fake(*gate.arguments)
    client, late = RawClient(server), RawClient(server)
    client.emit("frame", plain())
    gate.wait_for_batch()
    server.send_signal()
    wait_until(lambda: server.status("/readyz") == 503, "the server drains")
    late.emit("frame", plain())  # shutting down
    wait_until(lambda: Metrics(server).outcomes()["rejected"] == 1, "a frame is refused")
    assert Metrics(server).received == 2
    gate.open()
    for each in (client, late):
        packets, code = each.rest()
        assert (len(packets), code) == (2, 1001)
    assert server.wait() == 0


def queries(dashboard: dict) -> list[str]:
    return [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]


def test_the_dashboard_asks_for_nothing_that_is_not_there(start_fake) -> None:
    server = start_fake()
    client = RawClient(server)
    client.call("frame", plain())
    metrics = settled(server)
    client.close()
    dashboard = json.loads((ROOT / "deploy" / "grafana" / "ocelli.json").read_text())
    variables = [item["definition"] for item in dashboard["templating"]["list"] if item["type"] == "query"]
    texts = queries(dashboard) + variables
    assert len(texts) > 30
    used = {family_of(name) for text in texts for name in NAMES.findall(text)}
    assert used <= metrics.families.keys(), used - metrics.families.keys()
    # what is served and not shown would be forgotten
    assert metrics.families.keys() - used == set()
    for text in texts:
        for name, matchers in re.findall(r"\b((?:ocelli|process)_[a-z_]+)\{([^}]*)\}", text):
            samples = metrics.families[family_of(name)].samples
            for label, value in re.findall(r'(\w+)="([^"]*)"', matchers):
                assert any(sample.labels.get(label) == value for sample in samples), text


def test_the_dashboard_is_one_that_grafana_takes() -> None:
    dashboard = json.loads((ROOT / "deploy" / "grafana" / "ocelli.json").read_text())
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken and place["x"] + place["w"] <= 24, panel["title"]
        taken |= cells
        assert panel["type"] == "row" or panel["targets"], panel["title"]


def test_the_documents_list_exactly_what_is_served(fake_server: ServerProcess) -> None:
    table = re.findall(r"(?m)^\| `((?:ocelli|process)_[a-z_]+)", (ROOT / "docs" / "metrics.md").read_text())
    assert sorted(table) == sorted(Metrics(fake_server).families)
