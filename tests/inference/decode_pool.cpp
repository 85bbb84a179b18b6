#include "inference/vision/decode_pool.hpp"

#include "inference/test_files.hpp"

#include <catch2/catch.hpp>

#include <future>

namespace ocelli::inference {

namespace {

input_spec small_spec() {
  return {.width = 8, .height = 8, .resize = 8, .color = color_order::rgb};
}

image_bytes load(const std::string& name) {
  auto bytes = std::make_shared<const std::vector<std::byte>>(
      tests::read_bytes(tests::data_file("images/" + name)));
  return {.bytes = *bytes, .owner = bytes};
}

batch_ptr make_batch(const std::vector<std::string>& names) {
  auto work = std::make_shared<batch>();
  for (const auto& name : names) {
    work->items.push_back({.image = load(name), .failure = {}});
  }
  work->buffer = std::make_shared<batch_buffer>(small_spec(), names.size());
  return work;
}

std::vector<std::uint8_t> row_of(const std::string& name) {
  std::vector<std::uint8_t> row(small_spec().row_bytes());
  REQUIRE_FALSE(preprocessor(small_spec(), 1'000'000).fill(load(name).bytes, row));
  return row;
}

std::vector<std::uint8_t> row_of(batch& work, std::size_t index) {
  const auto row = work.buffer->row(index);
  return {row.begin(), row.end()};
}

} // namespace

TEST_CASE("a batch is prepared with every image in its row") {
  decode_pool pool(preprocessor(small_spec(), 1'000'000), GENERATE(1U, 3U));
  const std::vector<std::string> names = {
      "rgb.png", "exif_6.jpg", "top_down.bmp", "gray.jpg", "lossy.webp"};
  const auto work = make_batch(names);
  std::promise<void> done;
  pool.prepare(work, [&] { done.set_value(); });
  done.get_future().get();
  for (std::size_t i = 0; i < names.size(); ++i) {
    CAPTURE(names[i]);
    CHECK(work->items[i].failure.empty());
    CHECK(row_of(*work, i) == row_of(names[i]));
  }
  CHECK(work->preparation.count() > 0);
}

TEST_CASE("rows of images that fail are closed up, the order kept") {
  decode_pool pool(preprocessor(small_spec(), 1'000'000), 2);
  const auto work =
      make_batch({"garbage.jpg", "rgb.png", "picture.gif", "exif_6.jpg", "gray.jpg", "empty.jpg"});
  std::promise<void> done;
  pool.prepare(work, [&] { done.set_value(); });
  done.get_future().get();
  CHECK(work->items[0].failure == "unsupported format");
  CHECK(work->items[1].failure.empty());
  CHECK(work->items[2].failure == "unsupported format");
  CHECK(work->items[5].failure == "image is empty");
  CHECK(row_of(*work, 0) == row_of("rgb.png"));
  CHECK(row_of(*work, 1) == row_of("exif_6.jpg"));
  CHECK(row_of(*work, 2) == row_of("gray.jpg"));
}

TEST_CASE("a batch of failures only is done as well") {
  decode_pool pool(preprocessor(small_spec(), 1'000'000), 2);
  const auto work = make_batch({"garbage.jpg", "empty.jpg"});
  std::promise<void> done;
  pool.prepare(work, [&] { done.set_value(); });
  done.get_future().get();
  CHECK_FALSE(work->items[0].failure.empty());
  CHECK_FALSE(work->items[1].failure.empty());
}

TEST_CASE("an empty batch is done at once") {
  decode_pool pool(preprocessor(small_spec(), 1'000'000), 1);
  bool done = false;
  pool.prepare(std::make_shared<batch>(), [&] { done = true; });
  CHECK(done);
}

TEST_CASE("what was accepted is done before the pool has gone") {
  std::atomic<int> done = 0;
  {
    decode_pool pool(preprocessor(small_spec(), 1'000'000), 2);
    for (int i = 0; i < 20; ++i) {
      pool.prepare(make_batch({"rgb.png", "rgb.jpg", "garbage.jpg"}), [&] { ++done; });
    }
  }
  CHECK(done == 20);
}

TEST_CASE("batches from several threads are all done once") {
  decode_pool pool(preprocessor(small_spec(), 1'000'000), 2);
  constexpr int callers = 4;
  constexpr int batches = 10;
  std::vector<batch_ptr> prepared;
  for (int i = 0; i < callers * batches; ++i) {
    prepared.push_back(make_batch({"rgb.png", "garbage.jpg"}));
  }
  std::atomic<int> done = 0;
  std::promise<void> all;
  std::vector<std::jthread> threads;
  for (int caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&, caller] {
      for (int i = 0; i < batches; ++i) {
        pool.prepare(prepared[static_cast<std::size_t>(caller * batches + i)], [&] {
          if (++done == callers * batches) {
            all.set_value();
          }
        });
      }
    });
  }
  all.get_future().get();
  for (const auto& work : prepared) {
    CHECK(work->items[0].failure.empty());
    CHECK(work->items[1].failure == "unsupported format");
  }
}

} // namespace ocelli::inference
