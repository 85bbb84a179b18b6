"""Numbers from the reports of load generators and servers."""

import pytest

from bench import prometheus
from bench.measurement import best_batch, cost_of_dropped, deducted, numbers_of, rate_of_batch, steady_rate


def report(answers: list[int], seconds: float) -> dict:
    return {**dict.fromkeys(("sent", "answered", "superseded", "expired", "rejected", "failed", "lost"), 0),
            "latency_ms": {"p50": 5.0}, "age_ms": {"p99": 9.0}, "jain": 0.99,
            "throughput": {"seconds": seconds, "answered_fps": sum(answers) / seconds},
            "server": {"cpu_cores": 1.5}, "generator": {"cpu_cores": 0.4},
            "series": [{"second": second, "answered": count, "age_ms": {"p50": 10.0 * second}}
                       for second, count in enumerate(answers)]}


def test_the_first_second_and_the_end_do_not_count() -> None:
    assert steady_rate(report([10, 100, 102, 98, 5], 4.2)) == 100


def test_a_short_run_counts_as_a_whole() -> None:
    assert steady_rate(report([10, 20, 30], 3.0)) == 20


def test_the_load_generator_is_deducted_as_its_share_of_the_cores() -> None:
    assert deducted(90, 0.2, 2) == pytest.approx(100)
    assert numbers_of(report([100] * 6, 6.0), 2)["deducted_fps"] == pytest.approx(125)


def test_the_last_age_is_that_of_the_last_second_with_answers() -> None:
    one = report([5, 5, 5], 3.0)
    one["series"][-1]["age_ms"] = {"p50": None}
    assert numbers_of(one, 2)["last_age_ms"] == 10.0


def test_a_server_whose_cpu_was_not_seen_has_none() -> None:
    one = report([5, 5], 2.0)
    one["server"] = {}
    assert numbers_of(one, 2)["server_cores"] is None


RUNS = [{"batches": [{"batch": 1, "images_per_second": 50}, {"batch": 8, "images_per_second": 100}]},
        {"batches": [{"batch": 1, "images_per_second": 60}, {"batch": 8, "images_per_second": 90}]}]


def test_the_best_batch_is_best_in_the_mean_of_all_runs() -> None:
    assert best_batch(RUNS) == (8, 95)
    assert rate_of_batch(RUNS, 1) == 55
    assert rate_of_batch(RUNS, 2) is None


def test_what_dropped_frames_cost_is_what_answers_do_not_explain() -> None:
    saturated = {"server_cores": 1.8, "fps": 90}  # 20 ms an answer
    overloaded = {"server_cores": 1.9, "fps": 90, "seconds": 10.0, "sent": 2900, "answered": 900}
    seconds, share = cost_of_dropped(overloaded, saturated)
    assert seconds == pytest.approx(1.0 / 2000)
    assert share == pytest.approx(1.0 / 19)


def test_nothing_dropped_has_no_cost() -> None:
    assert cost_of_dropped({"sent": 5, "answered": 5, "server_cores": 1.0}, {}) is None


METRICS = """# HELP ocelli_frame_stage_seconds Time.
# TYPE ocelli_frame_stage_seconds histogram
ocelli_frame_stage_seconds_bucket{stage="decode",le="+Inf"} 4
ocelli_frame_stage_seconds_sum{stage="decode"} 0.008
ocelli_frame_stage_seconds_count{stage="decode"} 4
ocelli_answer_age_seconds_sum 1e-1
ocelli_answer_age_seconds_count 4
ocelli_batch_size_frames_sum 4
ocelli_batch_size_frames_count 2
"""


def test_means_between_two_moments_come_from_sums_and_counts() -> None:
    after = prometheus.parse(METRICS)
    assert after['ocelli_frame_stage_seconds_bucket{stage="decode",le="+Inf"}'] == 4
    means = prometheus.stage_means({}, after)
    assert (means["decode"], means["age"], means["batch"]) == (pytest.approx(2), pytest.approx(25), 2)
    assert means["infer"] is None
    half = {'ocelli_frame_stage_seconds_sum{stage="decode"}': 0.002,
            'ocelli_frame_stage_seconds_count{stage="decode"}': 1}
    assert prometheus.stage_means(half, after)["decode"] == pytest.approx(2)
    assert prometheus.stage_means(after, after)["decode"] is None
