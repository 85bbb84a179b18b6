#include "actors/inference_worker.hpp"

#include "actors/exit_reason_text.hpp"
#include "support/deterministic_system.hpp"
#include "support/fake_inference.hpp"

#include <catch2/catch.hpp>

using namespace ocelli;

namespace {

// POOL that notes what a worker says, and how it ends.
struct worker_fixture : test::deterministic_system {
  worker_fixture() {
    namespace atom = actors::atom;
    pool = start([this](actors::inference_pool_actor::pointer self)
                     -> actors::inference_pool_actor::behavior_type {
      return {
          [](atom::frame, actors::client_id, const actors::session_actor&,
              const actors::queued_frame_ptr&) {},
          [](atom::handed_over, actors::client_id, actors::frame_id) {},
          [](atom::forget, actors::client_id) {},
          [this](atom::ready, const actors::worker_report& report) { ready.push_back(report); },
          [this](atom::started, std::uint64_t batch) { started.push_back(batch); },
          [this](
              atom::result, const actors::batch_result_ptr& result) { results.push_back(*result); },
          [](atom::prepared, const inference::batch_ptr&) {},
          [this, self](atom::tick, std::uint64_t) {
            self->set_down_handler([this](const caf::down_msg& down) {
              end_reason = actors::exit_reason_text(down.reason);
            });
            self->monitor(worker);
          },
      };
    });
  }

  void start_worker(inference::engine_factory make_engine) {
    worker = start(
        actors::inference_worker, actors::inference_worker_options{pool, 3, 4,
                                      std::move(make_engine), test::one_byte_input(), {1, 2, 4}});
    run();
  }

  std::string why_ended() {
    tell(pool, actors::atom::tick_v, std::uint64_t{0});
    return end_reason;
  }

  // A prepared batch.
  void run_batch(const std::vector<std::uint8_t>& images) {
    auto work = std::make_shared<inference::batch>();
    work->id = 17;
    work->buffer = std::make_shared<inference::batch_buffer>(test::one_byte_input(), 8);
    for (auto image : images)
      work->items.push_back({test::make_image(image), {}});
    test::fill_rows(*work);
    tell(worker, actors::atom::run_v, work);
  }

  actors::inference_pool_actor pool;
  actors::inference_worker_actor worker;
  std::vector<actors::worker_report> ready;
  std::vector<std::uint64_t> started;
  std::vector<actors::batch_result> results;
  std::string end_reason;
};

std::unique_ptr<inference::inference_engine> make_fake(std::size_t) {
  return std::make_unique<test::fake_engine>();
}

// Warms up badly, or forgets an answer.
struct bad_engine : test::fake_engine {
  explicit bad_engine(bool cold) : cold_(cold) {}
  void warm_up() override {
    if (cold_)
      throw inference::engine_error("the model does not fit into memory");
  }
  std::vector<inference::prediction> run(const inference::batch_buffer&, std::size_t) override {
    return {};
  }

 private:
  bool cold_;
};

// A device with room for so many rows; notes how many it was given.
struct small_engine : test::fake_engine {
  small_engine(std::size_t& most, std::vector<std::size_t>& given) : most_(most), given_(given) {}
  std::vector<inference::prediction> run(
      const inference::batch_buffer& input, std::size_t rows) override {
    given_.push_back(rows);
    if (rows > most_)
      throw inference::engine_out_of_memory("CUDA out of memory");
    return fake_engine::run(input, rows);
  }

 private:
  std::size_t& most_;
  std::vector<std::size_t>& given_;
};

struct small_device : worker_fixture {
  void start_small() {
    start_worker([this](std::size_t) { return std::make_unique<small_engine>(most, given); });
    given.clear();
  }

  std::vector<std::uint32_t> labels() const {
    std::vector<std::uint32_t> result;
    for (const auto& prediction : results.back().predictions)
      result.push_back(prediction[0].index);
    return result;
  }

  std::size_t most = 8;
  std::vector<std::size_t> given;
};

using sizes = std::vector<std::size_t>;

} // namespace

TEST_CASE_METHOD(
    small_device, "A batch for which memory is too small is run in halves", "[inference_worker]") {
  start_small();
  most = 2;
  run_batch({1, 2, 3, 4, 5, 6, 7});
  CHECK(results.at(0).failure.empty());
  CHECK(labels() == std::vector<std::uint32_t>{1, 2, 3, 4, 5, 6, 7});
  CHECK(given == sizes{7, 4, 2, 2, 2, 1});
  SECTION("and for a while no more rows are tried than what fitted") {
    given.clear();
    run_batch({11, 12, 13, 14});
    CHECK(given == sizes{2, 2});
    CHECK(labels() == std::vector<std::uint32_t>{11, 12, 13, 14});
    most = 8; // somebody else has given memory back
    advance(std::chrono::seconds(30));
    given.clear();
    run_batch({1, 2, 3, 4});
    CHECK(given == sizes{4});
  }
}

TEST_CASE_METHOD(small_device, "A worker is ready though memory is too small for the largest batch",
    "[inference_worker]") {
  most = 2;
  start_small();
  CHECK(ready.at(0).costs.size() == 2);
}

TEST_CASE_METHOD(small_device, "A batch fails when not even one row fits, and the worker lives on",
    "[inference_worker]") {
  start_small();
  most = 0;
  run_batch({1, 2, 3, 4});
  CHECK(results.at(0).failure == "CUDA out of memory");
  CHECK(results.at(0).predictions.empty());
  CHECK(given == sizes{4, 2, 1});
  most = 8;
  run_batch({1, 2});
  CHECK(labels() == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE_METHOD(small_device,
    "A worker tells what batches cost, as far as measuring takes a second", "[inference_worker]") {
  struct slow_engine : test::fake_engine {
    explicit slow_engine(small_device& owner) : owner_(owner) {}
    std::vector<inference::prediction> run(
        const inference::batch_buffer& input, std::size_t rows) override {
      owner_.advance(std::chrono::milliseconds(400) * rows);
      return fake_engine::run(input, rows);
    }
    small_device& owner_;
  };
  start_worker([this](std::size_t) { return std::make_unique<slow_engine>(*this); });
  using std::chrono::milliseconds;
  CHECK(ready.at(0).costs ==
        std::vector<std::chrono::nanoseconds>{milliseconds(400), milliseconds(800)});
}

TEST_CASE_METHOD(
    worker_fixture, "A worker is ready once its engine is warm", "[inference_worker]") {
  start_worker(make_fake);
  REQUIRE(ready.size() == 1);
  CHECK(ready[0].index == 3);
  CHECK(ready[0].incarnation == 4);
  CHECK(ready[0].costs.size() == 3);
}

TEST_CASE_METHOD(worker_fixture, "A worker's engine is made for its index", "[inference_worker]") {
  std::size_t made_for = 0;
  start_worker([&](std::size_t index) {
    made_for = index;
    return std::make_unique<test::fake_engine>();
  });
  CHECK(made_for == 3);
}

TEST_CASE_METHOD(worker_fixture, "A worker says when it begins with a batch and what came out",
    "[inference_worker]") {
  start_worker(make_fake);
  run_batch({5, test::broken_image, 6});
  CHECK(started == std::vector<std::uint64_t>{17});
  REQUIRE(results.size() == 1);
  CHECK(results[0].batch == 17);
  CHECK(results[0].failure.empty());
  REQUIRE(results[0].predictions.size() == 2);
  CHECK(results[0].predictions[0][0].index == 5);
  CHECK(results[0].predictions[1][0].index == 6);
}

TEST_CASE_METHOD(worker_fixture, "A failing engine is told in one line, and the worker lives on",
    "[inference_worker]") {
  start_worker(make_fake);
  run_batch({5, test::failing_image});
  REQUIRE(results.size() == 1);
  CHECK(results[0].failure == "out of memory");
  CHECK(results[0].predictions.empty());
  run_batch({5});
  CHECK(results.at(1).failure.empty());
}

TEST_CASE_METHOD(
    worker_fixture, "An engine that forgets an answer fails the batch", "[inference_worker]") {
  start_worker([](std::size_t) { return std::make_unique<bad_engine>(false); });
  run_batch({5});
  CHECK(results.at(0).failure == "the engine gave 0 answers for 1 images");
}

TEST_CASE_METHOD(worker_fixture, "A worker ends when its engine throws something unknown",
    "[inference_worker]") {
  start_worker(make_fake);
  run_batch({test::deadly_image});
  CHECK(results.empty());
  CHECK_FALSE(alive(worker));
  CHECK(why_ended() == "the engine threw something unknown");
}

TEST_CASE_METHOD(worker_fixture,
    "A worker that cannot make or warm its engine ends with the reason", "[inference_worker]") {
  SECTION("the factory throws") {
    start_worker([](std::size_t) -> std::unique_ptr<inference::inference_engine> {
      throw std::runtime_error("no such file");
    });
    CHECK(why_ended() == "no such file");
  }
  SECTION("warming up throws") {
    start_worker([](std::size_t) { return std::make_unique<bad_engine>(true); });
    CHECK(why_ended() == "the model does not fit into memory");
  }
  SECTION("the factory throws something unknown") {
    start_worker([](std::size_t) -> std::unique_ptr<inference::inference_engine> { throw 42; });
    CHECK(why_ended().find("unknown reason") != std::string::npos);
  }
  CHECK(ready.empty());
}

TEST_CASE_METHOD(worker_fixture, "A worker ends when the pool is gone", "[inference_worker]") {
  start_worker(make_fake);
  caf::anon_send_exit(pool, caf::exit_reason::kill);
  run();
  CHECK_FALSE(alive(worker));
}
