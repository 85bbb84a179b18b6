#include "net/http/metrics_page.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <sstream>
#include <string>

using namespace ocelli;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

struct fixture {
  fixture() { network.connections = 3; }

  std::string text() {
    return net::metrics_page{{counts, measures, *budget, [] { return std::size_t{2}; },
                                 [this] { return network; }, model, "1.2.3"}}
        .text();
  }

  /// The value of a time series.
  double value(const std::string& series) {
    std::istringstream lines{text()};
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(series + " "))
        return std::stod(line.substr(series.size() + 1));
    }
    throw std::runtime_error("no series " + series);
  }

  actors::ledger counts;
  actors::metrics measures{2};
  std::shared_ptr<actors::byte_budget> budget = std::make_shared<actors::byte_budget>(1 << 20);
  engineio::server_statistics network;
  net::model_description model{"flowers", "torchscript", "float32", "cpu"};
};

} // namespace

TEST_CASE("every outcome, stage and state is there before anything has happened") {
  fixture page;
  for (const std::string outcome :
      {"answered", "superseded", "expired", "rejected", "failed", "cancelled"})
    CHECK(page.value("ocelli_frames_total{outcome=\"" + outcome + "\"}") == 0);
  for (const std::string stage : {"read", "queue", "decode", "wait", "infer", "reply"})
    CHECK(page.value("ocelli_frame_stage_seconds_count{stage=\"" + stage + "\"}") == 0);
  for (const std::string worker : {"0", "1"}) {
    CHECK(page.value("ocelli_worker_state{worker=\"" + worker + "\",state=\"starting\"}") == 1);
    CHECK(page.value("ocelli_worker_state{worker=\"" + worker + "\",state=\"hanging\"}") == 0);
    CHECK(page.value("ocelli_worker_restarts_total{worker=\"" + worker + "\"}") == 0);
  }
}

TEST_CASE("every metric has a help text and a type, and counters are called total") {
  fixture page;
  std::istringstream lines{page.text()};
  std::string helped;
  std::string type;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string sign;
    std::string keyword;
    std::string name;
    words >> sign >> keyword >> name;
    if (sign == "#" && keyword == "HELP") {
      helped = name;
    } else if (sign == "#") {
      CHECK(keyword == "TYPE");
      CHECK(name == helped);
      words >> type;
      CHECK(name.ends_with("_total") == (type == "counter"));
    } else {
      CHECK(line.starts_with(helped));
    }
  }
}

TEST_CASE("counts are told as they are") {
  fixture page;
  page.counts.frame_received();
  page.counts.frame_received();
  page.counts.frame_ended(actors::frame_end::superseded);
  page.counts.question_received();
  page.counts.question_received();
  page.counts.question_ended();
  page.measures.batch_ended(4, false);
  page.measures.batch_ended(1, true);
  page.measures.worker_changed(1, actors::worker_condition::resting);
  page.measures.worker_restarted(1);
  page.network = {7, 20, 1, 2, 5, 18, 3, 1'000'000'000'001, 99};
  auto lease = page.budget->acquire(1'000);
  CHECK(page.value("ocelli_frames_received_total") == 2);
  CHECK(page.value("ocelli_frames_total{outcome=\"superseded\"}") == 1);
  CHECK(page.value("ocelli_questions_received_total") == 2);
  CHECK(page.value("ocelli_questions_ended_total") == 1);
  CHECK(page.value("ocelli_batches_total{outcome=\"answered\"}") == 1);
  CHECK(page.value("ocelli_batches_total{outcome=\"failed\"}") == 1);
  CHECK(page.value("ocelli_batch_size_frames_sum") == 5);
  CHECK(page.value("ocelli_batch_size_frames_bucket{le=\"2\"}") == 1);
  CHECK(page.value("ocelli_batch_size_frames_bucket{le=\"4\"}") == 2);
  CHECK(page.value("ocelli_worker_state{worker=\"1\",state=\"resting\"}") == 1);
  CHECK(page.value("ocelli_worker_state{worker=\"1\",state=\"starting\"}") == 0);
  CHECK(page.value("ocelli_worker_restarts_total{worker=\"1\"}") == 1);
  CHECK(page.value("ocelli_clients") == 2);
  CHECK(page.value("ocelli_connections") == 7);
  CHECK(page.value("ocelli_connections_accepted_total") == 20);
  CHECK(page.value("ocelli_connections_refused_total") == 1);
  CHECK(page.value("ocelli_sessions{transport=\"polling\"}") == 2);
  CHECK(page.value("ocelli_sessions{transport=\"websocket\"}") == 5);
  CHECK(page.value("ocelli_sessions_opened_total") == 18);
  CHECK(page.value("ocelli_sessions_refused_total") == 3);
  CHECK(page.value("ocelli_received_bytes_total") == 1'000'000'000'001);
  CHECK(page.value("ocelli_sent_bytes_total") == 99);
  CHECK(page.value("ocelli_pending_bytes") == 1'000 + actors::byte_budget::overhead);
  CHECK(page.value("ocelli_pending_limit_bytes") == 1 << 20);
}

TEST_CASE("times are told in seconds, in cumulative ranges that end with all of them") {
  fixture page;
  page.measures.frame_received(1ms);
  page.measures.frame_received(2'600us);
  page.measures.frame_received(11s);
  const std::string name = "ocelli_frame_stage_seconds";
  auto up_to = [&](const std::string& bound) {
    return page.value(name + "_bucket{stage=\"read\",le=\"" + bound + "\"}");
  };
  CHECK(up_to("0.0005") == 0);
  CHECK(up_to("0.001") == 1);
  CHECK(up_to("0.0025") == 1);
  CHECK(up_to("0.005") == 2);
  CHECK(up_to("10") == 2);
  CHECK(up_to("+Inf") == 3);
  CHECK(page.value(name + "_count{stage=\"read\"}") == 3);
  CHECK(page.value(name + "_sum{stage=\"read\"}") == Approx(11.0036));
}

TEST_CASE("names of any characters are escaped") {
  fixture page;
  page.model.name = "a \"b\" \\c\nd ä";
  CHECK_THAT(page.text(), Contains("ocelli_model_info{name=\"a \\\"b\\\" \\\\c\\nd ä\",format="
                                   "\"torchscript\",precision=\"float32\",device=\"cpu\"} 1\n"));
}

TEST_CASE("the process and the program are told") {
  fixture page;
  CHECK(page.value("process_resident_memory_bytes") > 1 << 20);
  CHECK(page.value("process_open_fds") >= 1);
  CHECK(page.value("process_max_fds") >= page.value("process_open_fds"));
  CHECK(page.value("process_cpu_seconds_total") > 0);
  CHECK(page.value("process_start_time_seconds") > 1.6e9);
  CHECK(page.value("ocelli_build_info{version=\"1.2.3\"}") == 1);
}
