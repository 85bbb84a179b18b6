#include "actors/inference_pool.hpp"

#include "pool_fixture.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace ocelli;
using namespace std::chrono_literals;
using actors::frame_end;
using test::pool_fixture;

TEST_CASE_METHOD(pool_fixture, "A lone frame reaches an idle worker without any time passing",
    "[inference_pool]") {
  start_pool();
  send_frame(1, 1, 7);
  REQUIRE(preparer->seen.size() == 1);
  prepare_one();
  REQUIRE(worker().given.size() == 1);
  begin();
  finish(worker().given[0], 5ms);
  REQUIRE(results(1).size() == 1);
  const auto& result = results(1)[0];
  CHECK(result.id == 1);
  CHECK(result.end == frame_end::answered);
  CHECK(result.prediction.at(0).index == 7);
  CHECK(result.preparation == 3ms);
  CHECK(result.inference == 5ms);
  CHECK(result.batch == 1);
}

TEST_CASE_METHOD(pool_fixture, "Frames that arrive while the worker is busy form one batch",
    "[inference_pool]") {
  start_pool();
  send_frame(1, 1);
  prepare_one();
  advance(2ms);
  for (std::uint64_t client = 2; client <= 5; ++client)
    send_frame(client, 1, static_cast<std::uint8_t>(client));
  REQUIRE(preparer->seen.size() == 1);
  advance(3ms);
  finish(worker().given[0]);
  REQUIRE(preparer->seen.size() == 2);
  CHECK(images(*preparer->seen[1]) == std::vector<int>{2, 3, 4, 5});
  prepare_one();
  finish(worker().given[1]);
  CHECK(results(3).at(0).batch == 4);
  CHECK(results(3).at(0).queued == 3ms);
}

TEST_CASE_METHOD(
    pool_fixture, "A batch is never larger than the largest batch size", "[inference_pool]") {
  start_pool();
  send_frame(1, 1);
  prepare_one();
  for (std::uint64_t client = 2; client <= 20; ++client)
    send_frame(client, 1);
  finish(worker().given[0]);
  CHECK(preparer->seen.at(1)->items.size() == 8);
}

TEST_CASE_METHOD(pool_fixture, "Nothing is claimed before a worker is warm", "[inference_pool]") {
  start_pool(1, false);
  send_frame(1, 1);
  CHECK(preparer->seen.empty());
  CHECK_FALSE(service->ready());
  say_ready(0, 0);
  CHECK(preparer->seen.size() == 1);
  CHECK(service->ready());
}

TEST_CASE_METHOD(pool_fixture, "Policy latest replaces a waiting frame before it is decoded",
    "[inference_pool]") {
  start_pool();
  send_frame(1, 1, 11);
  send_frame(1, 2, 12);
  send_frame(1, 3, 13);
  REQUIRE(results(1).size() == 1);
  CHECK(results(1)[0].id == 2);
  CHECK(results(1)[0].end == frame_end::superseded);
  prepare_one();
  finish(worker().given[0]);
  hand_over(1, 1);
  REQUIRE(preparer->seen.size() == 2);
  CHECK(images(*preparer->seen[1]) == std::vector<int>{13});
}

TEST_CASE_METHOD(pool_fixture,
    "A client's next frame is claimed only when the result before was handed to the sink",
    "[inference_pool]") {
  start_pool();
  send_frame(1, 1);
  send_frame(1, 2);
  prepare_one();
  finish(worker().given[0]);
  advance(10ms);
  REQUIRE(preparer->seen.size() == 1);
  hand_over(1, 1);
  CHECK(preparer->seen.size() == 2);
}

TEST_CASE_METHOD(pool_fixture,
    "Policy queue has several frames of a client in work and rejects beyond its bound",
    "[inference_pool]") {
  frames.policy = config::frame_policy::queue;
  frames.in_work = 2;
  frames.queue = 3;
  start_pool();
  for (std::uint64_t id = 1; id <= 6; ++id) // one in work, three wait
    send_frame(1, id, static_cast<std::uint8_t>(id));
  REQUIRE(results(1).size() == 2);
  CHECK(results(1)[0].id == 5);
  CHECK(results(1)[0].end == frame_end::rejected);
  CHECK(results(1)[0].failure == "overloaded");
  prepare_one();
  finish(worker().given[0]);
  CHECK(images(*preparer->seen.at(1)) == std::vector<int>{2}); // the first is not handed over yet
  hand_over(1, 1);
  prepare_one();
  finish(worker().given[1]);
  CHECK(images(*preparer->seen.at(2)) == std::vector<int>{3});
  hand_over(1, 2);
  CHECK(images(*preparer->seen.at(3)) == std::vector<int>{4});
}

TEST_CASE_METHOD(
    pool_fixture, "A deadline fires on time while all workers are busy", "[inference_pool]") {
  start_pool(2);
  send_frame(1, 1);
  send_frame(2, 1);
  send_frame(3, 1, 1, 50ms);
  send_frame(4, 1, 1, 20ms);
  advance(20ms - 1ns);
  REQUIRE(results(4).empty());
  advance(1ns);
  REQUIRE(results(4).size() == 1);
  CHECK(results(4)[0].end == frame_end::expired);
  CHECK(results(4)[0].failure == "deadline exceeded");
  advance(29ms);
  CHECK(results(3).empty());
  advance(1ms);
  CHECK(results(3).size() == 1);
}

TEST_CASE_METHOD(pool_fixture, "A frame whose deadline has passed on arrival is never decoded",
    "[inference_pool]") {
  start_pool();
  send_frame(1, 1, 1, 0ns);
  CHECK(results(1).at(0).end == frame_end::expired);
  CHECK(preparer->seen.empty());
}

TEST_CASE_METHOD(
    pool_fixture, "A frame in work is answered even after its deadline", "[inference_pool]") {
  start_pool();
  send_frame(1, 1, 1, 10ms);
  prepare_one();
  advance(20ms);
  finish(worker().given[0]);
  CHECK(results(1).at(0).end == frame_end::answered);
}

TEST_CASE_METHOD(pool_fixture,
    "A frame that cannot be decoded fails at once and the others are answered",
    "[inference_pool]") {
  frames.policy = config::frame_policy::queue;
  start_pool();
  send_frame(1, 1);
  prepare_one();
  send_frame(1, 2, 21);
  send_frame(1, 3, test::broken_image);
  send_frame(1, 4, 23);
  send_frame(1, 5, 24);
  finish(worker().given[0]);
  prepare_one();
  REQUIRE(results(1).size() == 2);
  CHECK(results(1)[1].id == 3);
  CHECK(results(1)[1].end == frame_end::failed);
  CHECK(results(1)[1].failure == "broken image");
  finish(worker().given.at(1));
  REQUIRE(results(1).size() == 5);
  CHECK(results(1)[2].prediction[0].index == 21);
  CHECK(results(1)[3].id == 4);
  CHECK(results(1)[3].prediction[0].index == 23);
  CHECK(results(1)[4].batch == 3);
}

TEST_CASE_METHOD(
    pool_fixture, "A batch without an image never reaches the worker", "[inference_pool]") {
  start_pool();
  send_frame(1, 1, test::broken_image);
  prepare_one();
  CHECK(results(1).at(0).end == frame_end::failed);
  CHECK(worker().given.empty());
  send_frame(2, 1);
  CHECK(preparer->seen.size() == 2);
}

TEST_CASE_METHOD(
    pool_fixture, "A failing engine fails its batch and gets the next one", "[inference_pool]") {
  start_pool();
  send_frame(1, 1);
  prepare_one();
  finish(worker().given[0], 0ns, "out of memory");
  CHECK(results(1).at(0).end == frame_end::failed);
  CHECK(results(1).at(0).failure == "inference failed: out of memory");
  send_frame(2, 1);
  prepare_one();
  CHECK(worker().given.size() == 2);
  CHECK(service->ready());
}

TEST_CASE_METHOD(
    pool_fixture, "What a client that has left was waiting for is dropped", "[inference_pool]") {
  start_pool();
  send_frame(1, 1);
  send_frame(1, 2, 1, 5ms);
  send_frame(2, 1, 22);
  tell(pool, actors::atom::forget_v, std::uint64_t{1});
  advance(5ms);
  prepare_one();
  finish(worker().given[0]);
  CHECK(results(1).empty());
  REQUIRE(preparer->seen.size() == 2);
  CHECK(images(*preparer->seen[1]) == std::vector<int>{22});
}

TEST_CASE_METHOD(pool_fixture, "Eight clients that send without pause get exactly equal shares",
    "[inference_pool]") {
  inference.batch_sizes = {1, 2, 3}; // eight is no multiple of it
  start_pool(1, false);
  std::vector<std::uint64_t> sent(9, 0);
  auto top_up = [&](std::uint64_t client) {
    send_frame(client, ++sent[client], static_cast<std::uint8_t>(client));
  };
  for (std::uint64_t client = 1; client <= 8; ++client) {
    top_up(client);
    top_up(client);
  }
  say_ready(0, 0);
  std::vector<double> answered(8, 0);
  for (int round = 0; answered[7] + answered[0] < 40 && round < 1'000; ++round) {
    prepare_one();
    auto work = worker().given.back();
    finish(work, std::chrono::milliseconds(work->items.size()));
    for (auto client : images(*work)) {
      auto id = static_cast<std::uint64_t>(client);
      answered[id - 1] += 1;
      hand_over(id, results(id).back().id);
      // the fast ones send three times as much; it must not pay
      for (int i = 0; i < (client % 2 ? 3 : 1); ++i)
        top_up(id);
    }
  }
  double sum = 0, squares = 0;
  for (auto count : answered) {
    sum += count;
    squares += count * count;
  }
  REQUIRE(sum >= 100);
  CHECK(*std::max_element(answered.begin(), answered.end()) -
            *std::min_element(answered.begin(), answered.end()) <=
        1);
  CHECK(sum * sum / (8 * squares) >= 0.999);
}

TEST_CASE_METHOD(pool_fixture,
    "The next batch is claimed when the running one ends within the time of decoding",
    "[inference_pool]") {
  start_pool();
  run_one(1, 1, 10ms, 40ms); // what is learnt from
  send_frame(1, 2);
  advance(10ms);
  prepare_one();
  begin();
  advance(5ms);
  send_frame(2, 1, 22);
  send_frame(3, 1, 23);
  REQUIRE(preparer->seen.size() == 2);
  // two frames are expected to take 15 ms of decoding, so the claim is due 15 ms before the end
  advance(20ms - 1ns);
  REQUIRE(preparer->seen.size() == 2);
  advance(1ns);
  REQUIRE(preparer->seen.size() == 3);
  CHECK(images(*preparer->seen[2]) == std::vector<int>{22, 23});
  SECTION("and it runs as soon as it is prepared and the worker is free") {
    prepare_one();
    CHECK(worker().given.size() == 3);
  }
  SECTION("and a third one is not claimed before the first has ended") {
    send_frame(4, 1);
    prepare_one();
    advance(100ms);
    CHECK(preparer->seen.size() == 3);
    finish(worker().given[1], 40ms);
    advance(100ms);
    CHECK(preparer->seen.size() == 4);
  }
}

TEST_CASE_METHOD(
    pool_fixture, "A free worker comes before one that is about to be free", "[inference_pool]") {
  start_pool(2);
  send_frame(1, 1);
  send_frame(2, 1);
  prepare_one();
  prepare_one();
  CHECK(worker(0).given.size() == 1);
  CHECK(worker(1).given.size() == 1);
  finish(worker(1).given[0]);
  send_frame(3, 1);
  prepare_one();
  CHECK(worker(1).given.size() == 2);
}

TEST_CASE_METHOD(pool_fixture, "A worker's batches share two buffers", "[inference_pool]") {
  frames.policy = config::frame_policy::queue;
  start_pool();
  std::set<inference::batch_buffer*> buffers;
  for (std::uint64_t id = 1; id <= 20; ++id)
    run_one(1, id, 1ms, 2ms);
  for (const auto& work : worker().given)
    buffers.insert(work->buffer.get());
  CHECK(buffers.size() <= 2);
}
