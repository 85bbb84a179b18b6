"""What a server says at /metrics, read by Prometheus' own parser."""

import requests
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from support.server_process import PATIENCE, ServerProcess

OUTCOMES = ("answered", "superseded", "expired", "rejected", "failed", "cancelled")
STAGES = ("read", "queue", "decode", "wait", "infer", "reply")


class Metrics:
    """One scrape."""

    def __init__(self, server: ServerProcess):
        answer = requests.get(server.url + "/metrics", timeout=PATIENCE)
        assert answer.status_code == 200
        self.families: dict[str, Metric] = {}
        for family in text_string_to_metric_families(answer.text):
            # the parser takes the ending off, the dashboard and the documents have it
            name = family.name + ("_total" if family.type == "counter" else "")
            assert name not in self.families, f"{name} comes twice"
            self.families[name] = family

    def value(self, name: str, /, **labels: str) -> float:
        """The sample of that name with exactly these labels."""
        found = [sample.value for family in self.families.values() for sample in family.samples
                 if sample.name == name and sample.labels == labels]
        assert len(found) == 1, f"{len(found)} samples {name} {labels}"
        return found[0]

    def outcomes(self) -> dict[str, float]:
        """Frames by how they ended."""
        return {sample.labels["outcome"]: sample.value for sample in self.families["ocelli_frames_total"].samples}

    @property
    def received(self) -> float:
        return self.value("ocelli_frames_received_total")

    @property
    def settled(self) -> bool:
        """True when no frame and no question is in work."""
        return (sum(self.outcomes().values()) == self.received
                and self.value("ocelli_questions_ended_total") == self.value("ocelli_questions_received_total"))
