#include "actors/actor_host.hpp"

#include "support/fake_chat.hpp"
#include "support/fake_inference.hpp"
#include "support/recording_sink.hpp"

#include <caf/send.hpp>
#include <catch2/catch.hpp>

#include <condition_variable>
#include <mutex>
#include <thread>

// With the real scheduler and real threads.

using namespace ocelli;
namespace atom = actors::atom;
using actors::frame_end;

namespace {

// Prepares on a thread of its own, as decode threads do.
class threaded_preparer : public inference::frame_preparer {
 public:
  threaded_preparer() : thread_([this] { work(); }) {}
  ~threaded_preparer() override {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  void prepare(inference::batch_ptr work, std::function<void()> done) override {
    std::lock_guard lock(mutex_);
    jobs_.emplace_back(std::move(work), std::move(done));
    changed_.notify_all();
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return stop_ || !jobs_.empty(); });
      if (jobs_.empty())
        return;
      auto [batch, done] = std::move(jobs_.front());
      jobs_.erase(jobs_.begin());
      lock.unlock();
      test::fill_rows(*batch);
      done();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<inference::batch_ptr, std::function<void()>>> jobs_;
  bool stop_ = false;
  std::thread thread_;
};

// Runs a batch only while the gate is open.
class gate {
 public:
  void open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

struct gated_engine : test::fake_engine {
  explicit gated_engine(gate& entrance) : entrance_(entrance) {}
  std::vector<inference::prediction> run(
      const inference::batch_buffer& input, std::size_t rows) override {
    if (input.rows(1)[0] != 0) // zeros come from the worker, at the start
      entrance_.pass();
    return fake_engine::run(input, rows);
  }

 private:
  gate& entrance_;
};

config::thread_plan two_of_each() {
  config::thread_plan threads;
  threads.actor_threads = 2;
  threads.workers = 2;
  return threads;
}

actors::host_parts fake_parts() {
  actors::host_parts parts;
  parts.make_engine = [](std::size_t) { return std::make_unique<test::fake_engine>(); };
  parts.preparer = std::make_shared<threaded_preparer>();
  parts.input = test::one_byte_input();
  parts.labels = std::vector<std::string>(256, "label");
  parts.chat = std::make_shared<test::fake_chat>();
  return parts;
}

void send_frame(actors::actor_host& host, const actors::session_actor& session,
    std::uint64_t acknowledgement, std::uint8_t image = 1) {
  auto event = std::make_shared<actors::frame_event>();
  event->image = test::make_image(image);
  event->lease = host.budget().acquire(1);
  event->received = std::chrono::steady_clock::now();
  event->reply.acknowledgement = acknowledgement;
  caf::anon_send(session, atom::frame_v, actors::frame_event_ptr(event));
}

} // namespace

TEST_CASE("A host answers frames and questions of several clients", "[actor_host]") {
  config::settings settings;
  settings.frames.policy = config::frame_policy::queue;
  settings.frames.queue = 1'000;
  actors::actor_host host(settings, two_of_each(), fake_parts());
  REQUIRE(host.wait_until_ready().empty());
  CHECK(host.ready());
  constexpr std::uint64_t clients = 8, frames = 200;
  std::vector<std::shared_ptr<test::recording_sink>> sinks;
  std::vector<actors::session_actor> sessions;
  for (std::uint64_t i = 0; i < clients; ++i) {
    sinks.push_back(std::make_shared<test::recording_sink>());
    sessions.push_back(host.open_session(sinks.back()));
  }
  CHECK(host.clients() == clients);
  for (std::uint64_t frame = 0; frame < frames; ++frame) {
    for (const auto& session : sessions)
      send_frame(host, session, frame, frame % 50 == 49 ? test::broken_image : 1);
  }
  for (std::size_t i = 0; i < clients; ++i) {
    sinks[i]->wait_for(2 * frames); // response and acknowledgement
    caf::anon_send(
        sessions[i], atom::question_v, actors::question_event{"why?", false, {}, {frames, ""}});
    sinks[i]->wait_for(2 * (frames + 1));
    CHECK(sinks[i]->responses().back() == "echo: why?");
    std::uint64_t expected = 0;
    bool in_order = true;
    for (const auto& call : sinks[i]->calls()) {
      if (call.what == test::sink_call::kind::acknowledge && call.acknowledgement != frames)
        in_order = in_order && call.acknowledgement == expected++;
    }
    CHECK(in_order);
    CHECK(expected == frames);
    caf::anon_send(sessions[i], atom::closed_v);
  }
  CHECK(host.counts().frames_ended(frame_end::answered) == clients * frames * 49 / 50);
  CHECK(host.counts().frames_ended(frame_end::failed) == clients * frames / 50);
}

TEST_CASE("A host starts and stops fifty times under load without hanging", "[actor_host]") {
  for (int round = 0; round < 50; ++round) {
    actors::actor_host host(config::settings{}, two_of_each(), fake_parts());
    if (round % 2)
      REQUIRE(host.wait_until_ready().empty());
    std::vector<actors::session_actor> sessions;
    for (int i = 0; i < 4; ++i)
      sessions.push_back(host.open_session(std::make_shared<test::recording_sink>()));
    for (std::uint64_t frame = 0; frame < 10; ++frame) {
      for (const auto& session : sessions) {
        send_frame(host, session, frame, frame % 5 == 4 ? test::deadly_image : 1);
        caf::anon_send(session, atom::question_v, actors::question_event{"why?", true, {}, {}});
      }
    }
    if (round % 3 == 0)
      host.abort();
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      if (round % 5 != 0 || i % 2 == 0) // some are left to the host
        caf::anon_send(sessions[i], atom::closed_v);
    }
  }
  SUCCEED("no hang");
}

TEST_CASE("A host whose engine cannot start says why", "[actor_host]") {
  auto parts = fake_parts();
  parts.make_engine = [](std::size_t) -> std::unique_ptr<inference::inference_engine> {
    throw std::runtime_error("model.pt is damaged");
  };
  actors::actor_host host(config::settings{}, two_of_each(), std::move(parts));
  CHECK(host.wait_until_ready() == "model.pt is damaged");
  CHECK_FALSE(host.ready());
}

TEST_CASE("A draining host refuses what is new, and abort fails what is pending", "[actor_host]") {
  gate entrance;
  auto parts = fake_parts();
  parts.make_engine = [&](std::size_t) { return std::make_unique<gated_engine>(entrance); };
  actors::actor_host host(config::settings{}, two_of_each(), std::move(parts));
  REQUIRE(host.wait_until_ready().empty());
  auto sink = std::make_shared<test::recording_sink>();
  auto session = host.open_session(sink);
  send_frame(host, session, 1);
  auto other_sink = std::make_shared<test::recording_sink>();
  auto other = host.open_session(other_sink);
  caf::anon_send(other, atom::question_v, actors::question_event{"why?", false, {}, {1, ""}});
  other_sink->wait_for(2);
  host.drain();
  CHECK_FALSE(host.ready());
  CHECK(host.healthy());
  send_frame(host, other, 2);
  other_sink->wait_for(4);
  CHECK(other_sink->acknowledged().back() == "Failed to process image: shutting down");
  host.abort();
  sink->wait_for(2);
  CHECK(sink->acknowledged().at(0) == "Failed to process image: shutting down");
  entrance.open();
  caf::anon_send(session, atom::closed_v);
  caf::anon_send(other, atom::closed_v);
}

TEST_CASE("A host with a hanging worker reports it once and can end when the worker comes back",
    "[actor_host]") {
  gate entrance;
  auto parts = fake_parts();
  parts.make_engine = [&](std::size_t) { return std::make_unique<gated_engine>(entrance); };
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> reasons;
  parts.on_fatal = [&](const std::string& reason) {
    std::lock_guard lock(mutex);
    reasons.push_back(reason);
    changed.notify_all();
  };
  config::settings settings;
  settings.inference.hang_seconds = 1;
  actors::actor_host host(settings, two_of_each(), std::move(parts));
  REQUIRE(host.wait_until_ready().empty());
  auto sink = std::make_shared<test::recording_sink>();
  auto session = host.open_session(sink);
  send_frame(host, session, 1);
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return !reasons.empty(); });
  }
  sink->wait_for(2);
  CHECK(sink->acknowledged().at(0) == "Failed to process image: inference worker does not respond");
  CHECK_FALSE(host.healthy());
  CHECK_FALSE(host.ready());
  entrance.open();
  caf::anon_send(session, atom::closed_v);
}
