#include "inference/vision/device_stream.hpp"

#include "inference/fake_accelerator.hpp"

#include <catch2/catch.hpp>

namespace ocelli::inference {

namespace {

using tests::current_stream;
using tests::fake_accelerator;
using tests::fake_device;

} // namespace

TEST_CASE("every stream is another one, and current for as long as its guard lives") {
  fake_accelerator::instance().reset();
  const device_stream first(fake_device());
  const device_stream second(fake_device(1));
  const auto before = current_stream();
  {
    const auto outer = first.make_current();
    CHECK(current_stream() == 1);
    {
      const auto inner = second.make_current();
      CHECK(current_stream(1) == 2);
      CHECK(current_stream() == 1);
    }
    CHECK(current_stream(1) == before);
  }
  CHECK(current_stream() == before);
}

TEST_CASE("waiting ends what was enqueued on the stream and nothing else") {
  auto& accelerator = fake_accelerator::instance();
  accelerator.reset();
  device_stream mine(fake_device());
  const device_stream other(fake_device());
  int done = 0;
  accelerator.enqueue(1, [&] { ++done; });
  accelerator.enqueue(1, [&] { ++done; });
  accelerator.enqueue(2, [&] { done += 100; });
  mine.wait();
  CHECK(done == 2);
  accelerator.enqueue(1, [&] { ++done; });
  CHECK(done == 2);
  mine.wait();
  CHECK(done == 3);
  CHECK(accelerator.pending(2) == 1);
  CHECK(accelerator.log() == std::vector<std::string>{"record on 1", "wait for event of 1",
                                 "record on 1", "wait for event of 1"});
}

TEST_CASE("settling on a broken device throws nothing") {
  auto& accelerator = fake_accelerator::instance();
  accelerator.reset();
  device_stream stream(fake_device());
  accelerator.break_down();
  CHECK_THROWS_WITH(stream.wait(), Catch::StartsWith("the device is broken"));
  CHECK_NOTHROW(stream.settle());
}

TEST_CASE("a device that is not there has no streams") {
  fake_accelerator::instance().reset();
  CHECK_THROWS(device_stream(fake_device(2)));
}

} // namespace ocelli::inference
