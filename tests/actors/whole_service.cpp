#include "actors/chat.hpp"
#include "actors/chat_worker.hpp"
#include "actors/dedup.hpp"
#include "actors/inference_pool.hpp"
#include "actors/inference_worker.hpp"
#include "actors/session.hpp"
#include "support/deterministic_system.hpp"
#include "support/fake_chat.hpp"
#include "support/fake_inference.hpp"
#include "support/recording_sink.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <numeric>
#include <random>

// All actors together, in virtual time: only decoding waits for the test.

using namespace ocelli;
using namespace std::chrono_literals;
using actors::frame_end;

namespace {

struct connection {
  std::uint64_t client = 0;
  std::shared_ptr<test::recording_sink> sink = std::make_shared<test::recording_sink>();
  actors::session_actor session;
  std::uint64_t acknowledgements = 0;
};

class whole_service : public test::deterministic_system {
 public:
  ~whole_service() {
    for (auto& worker : detached_in_life)
      caf::anon_send_exit(worker, caf::exit_reason::kill);
  }

  void start_actors() {
    inference.batch_sizes = {1, 2, 4};
    actors::inference_pool_options pool_options;
    pool_options.workers = 2;
    pool_options.frames = frames;
    pool_options.inference = inference;
    pool_options.input = test::one_byte_input();
    pool_options.preparer = preparer;
    pool_options.service = service;
    pool_options.measures = measures;
    pool_options.spawn_worker = [this](const actors::inference_pool_actor& owner,
                                    std::uint64_t index, std::uint64_t incarnation) {
      auto worker = system.spawn(actors::inference_worker,
          actors::inference_worker_options{owner, index, incarnation,
              [](std::size_t) { return std::make_unique<test::fake_engine>(); },
              test::one_byte_input(), inference.batch_sizes});
      detached_in_life.push_back(caf::actor_cast<caf::strong_actor_ptr>(worker));
      return worker;
    };
    pool = start(actors::inference_pool, pool_options);
    dedup = start(actors::dedup);
    actors::chat_options chat_options;
    chat_options.backend = std::make_shared<test::fake_chat>();
    chat_options.spawn_worker = [this](const actors::chat_actor& owner,
                                    const std::shared_ptr<inference::chat_backend>& backend) {
      auto worker = system.spawn(actors::chat_worker, owner, backend);
      detached_in_life.push_back(caf::actor_cast<caf::strong_actor_ptr>(worker));
      return worker;
    };
    chat = start(actors::chat, chat_options);
    run();
  }

  connection& connect() {
    connection made;
    made.client = ++last_client;
    actors::session_options options;
    options.client = made.client;
    options.sink = made.sink;
    options.pool = pool;
    options.dedup = dedup;
    options.chat = chat;
    options.counts = counts;
    options.measures = measures;
    options.service = service;
    options.labels = labels;
    options.frames = frames;
    made.session = start(actors::session, options);
    return open.emplace(made.client, made).first->second;
  }

  void send_frame(connection& to, std::uint8_t image,
      std::optional<std::chrono::nanoseconds> deadline = {}, const std::string& failure = {}) {
    auto event = std::make_shared<actors::frame_event>();
    event->image = test::make_image(image);
    event->lease = budget->acquire(1);
    event->failure = failure;
    event->received = now();
    if (deadline)
      event->deadline = now() + *deadline;
    event->reply.acknowledgement = ++to.acknowledgements;
    caf::anon_send(to.session, actors::atom::frame_v, actors::frame_event_ptr(event));
  }

  void ask(connection& to, const std::string& text) {
    caf::anon_send(to.session, actors::atom::question_v,
        actors::question_event{text, true, {}, {++to.acknowledgements, "\"q\""}});
  }

  void close(connection& gone) {
    caf::anon_send(gone.session, actors::atom::closed_v);
    run();
    open.erase(gone.client);
  }

  void prepare_all() {
    for (run(); !preparer->waiting.empty(); run())
      preparer->finish_one();
  }

  config::frame_settings frames;
  config::inference_settings inference;
  std::shared_ptr<test::manual_preparer> preparer = std::make_shared<test::manual_preparer>();
  std::shared_ptr<actors::metrics> measures = std::make_shared<actors::metrics>(2);
  std::shared_ptr<actors::service_state> service =
      std::make_shared<actors::service_state>(2, std::function<void(const std::string&)>());
  std::shared_ptr<actors::ledger> counts = std::make_shared<actors::ledger>();
  std::shared_ptr<actors::byte_budget> budget =
      std::make_shared<actors::byte_budget>(1'000'000'000);
  std::shared_ptr<const std::vector<std::string>> labels =
      std::make_shared<const std::vector<std::string>>(256, "a label");
  actors::inference_pool_actor pool;
  actors::dedup_actor dedup;
  actors::chat_actor chat;
  std::map<std::uint64_t, connection> open;
  std::uint64_t last_client = 0;
  std::vector<caf::strong_actor_ptr> detached_in_life;
};

// Every acknowledgement fired once, with nothing left out.
bool all_acknowledged_once(const connection& client) {
  std::map<std::uint64_t, int> fired;
  for (const auto& call : client.sink->calls()) {
    if (call.what == test::sink_call::kind::acknowledge)
      ++fired[call.acknowledgement];
  }
  return fired.size() == client.acknowledgements &&
         std::all_of(
             fired.begin(), fired.end(), [](const auto& entry) { return entry.second == 1; });
}

std::uint64_t observations(const actors::histogram& of) {
  auto counted = of.read().in_range;
  return std::accumulate(counted.begin(), counted.end(), std::uint64_t{0});
}

std::uint64_t ended_frames(const actors::ledger& counts) {
  std::uint64_t sum = 0;
  for (std::size_t how = 0; how < actors::frame_ends; ++how)
    sum += counts.frames_ended(static_cast<frame_end>(how));
  return sum;
}

} // namespace

TEST_CASE_METHOD(whole_service,
    "Whatever happens, every frame ends once, the counts add up and acknowledgements fire once",
    "[service]") {
  auto seed = GENERATE(range(1U, 13U));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  frames.policy = seed % 2 ? config::frame_policy::latest : config::frame_policy::queue;
  frames.in_work = 3;
  frames.queue = 4;
  start_actors();
  std::uint64_t sent = 0;
  for (int i = 0; i < 5; ++i)
    connect();
  for (int step = 0; step < 3'000; ++step) {
    auto& client = std::next(open.begin(), static_cast<long>(random() % open.size()))->second;
    switch (random() % 16) {
    case 0:
      ++sent;
      send_frame(client, test::broken_image);
      break;
    case 1:
      ++sent;
      send_frame(client, random() % 20 ? test::failing_image : test::deadly_image);
      break;
    case 2:
      ++sent;
      send_frame(client, 1, std::chrono::milliseconds(random() % 30));
      break;
    case 3:
      ++sent;
      send_frame(client, 1, {}, "not an image");
      break;
    case 4:
      ask(client, random() % 2 ? "why?" : "break");
      break;
    case 5:
      caf::anon_send(client.session, actors::atom::stop_v, actors::stop_event{});
      break;
    case 6:
      if (random() % 8 == 0) {
        REQUIRE(client.acknowledgements >= client.sink->acknowledged().size());
        close(client);
        connect();
      }
      break;
    case 7:
      advance(std::chrono::milliseconds(random() % 20));
      break;
    case 8:
    case 9:
    case 10:
      run();
      if (!preparer->waiting.empty())
        preparer->finish_one();
      break;
    default:
      ++sent;
      send_frame(client, static_cast<std::uint8_t>(random() % 3));
    }
    if (random() % 3 == 0)
      run();
    REQUIRE(ended_frames(*counts) <= counts->frames_received());
  }
  run();
  if (seed % 3 == 0) {
    service->drain();
    for (auto& [id, client] : open)
      tell(client.session, actors::atom::abort_v);
  }
  // whatever worker is resting comes back
  for (int i = 0; i < 20; ++i) {
    prepare_all();
    advance(5s);
  }
  CHECK(counts->frames_received() == sent);
  CHECK(ended_frames(*counts) == sent);
  CHECK(counts->pending() == 0);
  for (const auto& [id, client] : open)
    CHECK(all_acknowledged_once(client));
  std::vector<frame_end> expected = {
      frame_end::answered, frame_end::expired, frame_end::failed, frame_end::cancelled};
  expected.push_back(seed % 2 ? frame_end::superseded : frame_end::rejected);
  for (auto how : expected)
    CHECK(counts->frames_ended(how) > 0);
  CHECK(budget->used() == 0);
  CHECK(observations(measures->stage(actors::frame_stage::read)) == sent);
  for (auto stage : {actors::frame_stage::queue, actors::frame_stage::reply})
    CHECK(observations(measures->stage(stage)) == counts->frames_ended(frame_end::answered));
  CHECK(observations(measures->answer_age()) == counts->frames_ended(frame_end::answered));
  CHECK(observations(measures->batch_size()) == measures->batches(false) + measures->batches(true));
}

TEST_CASE_METHOD(
    whole_service, "Two clients have last labels and conversations of their own", "[service]") {
  labels = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"cat", "dog"});
  start_actors();
  auto& first = connect();
  auto& second = connect();
  for (int round = 0; round < 2; ++round) {
    send_frame(first, 0);
    prepare_all();
    send_frame(second, 0);
    prepare_all();
  }
  CHECK(first.sink->responses() == std::vector<std::string>{"cat", "Already in list"});
  CHECK(second.sink->responses() == std::vector<std::string>{"cat", "Already in list"});
}

TEST_CASE_METHOD(
    whole_service, "While the service drains what was accepted is answered", "[service]") {
  frames.policy = config::frame_policy::queue;
  start_actors();
  auto& client = connect();
  for (int i = 0; i < 20; ++i)
    send_frame(client, 1);
  ask(client, "why?");
  run();
  service->drain();
  send_frame(client, 1);
  prepare_all();
  CHECK(counts->frames_ended(frame_end::answered) == 20);
  CHECK(counts->frames_ended(frame_end::rejected) == 1);
  CHECK(counts->pending() == 0);
  CHECK(all_acknowledged_once(client));
}
