#include "session_fixture.hpp"

#include <catch2/catch.hpp>

#include <numeric>
#include <string>
#include <vector>

using namespace ocelli;
using namespace std::chrono_literals;
using actors::frame_end;
using test::session_fixture;
using texts = std::vector<std::string>;

namespace {

std::uint64_t observations(const actors::histogram& of) {
  const auto counted = of.read().in_range;
  return std::accumulate(counted.begin(), counted.end(), std::uint64_t{0});
}

/// A SESSION that reuses the answers of repeated frames.
class reusing_fixture : public session_fixture {
 public:
  reusing_fixture() { options.frames.reuse_repeated = true; }

  void send_image(std::uint8_t value, std::optional<std::uint64_t> acknowledgement = {}) {
    image = value;
    send_frame(acknowledgement);
  }
};

} // namespace

TEST_CASE_METHOD(
    session_fixture, "Unless it is wanted, a repeated frame is classified again", "[session]") {
  open();
  send_frame();
  answer(1, 7);
  send_frame();
  CHECK(queued.size() == 2);
}

TEST_CASE_METHOD(reusing_fixture,
    "A repeated frame gets the answer of the one before, without the pool", "[session]") {
  open();
  send_image(1, 10);
  answer(1, 7);
  send_image(1, 11);
  send_image(1, 12);
  CHECK(sink->acknowledged() == texts{"label 7", "Already in list", "Already in list"});
  CHECK(sink->responses() == sink->acknowledged());
  CHECK(observed == texts{"label 7", "label 7", "label 7"});
  CHECK(queued.size() == 1);
  CHECK(handed_over == std::vector<std::uint64_t>{1});
  CHECK(counts->frames_received() == 3);
  CHECK(counts->frames_ended(frame_end::answered) == 3);
  CHECK(counts->pending() == 0);
  CHECK(observations(measures->answer_age()) == 3);
  CHECK(observations(measures->stage(actors::frame_stage::infer)) == 1);
}

TEST_CASE_METHOD(
    reusing_fixture, "Details of a reused answer have its labels and no work", "[session]") {
  options.response.details = true;
  open();
  send_image(1);
  actors::frame_result result;
  result.id = 1;
  result.prediction = {{7, 0.5F}, {9, 0.25F}};
  result.queued = result.preparation = result.inference = 1ms;
  result.batch = 4;
  tell_result(result);
  send_image(1);
  const auto details = sink->calls().at(1).details;
  REQUIRE(details);
  REQUIRE(details->top.size() == 2);
  CHECK(details->top[0].label == "label 7");
  CHECK(details->top[0].confidence == 0.5F);
  CHECK(details->top[1].label == "label 9");
  CHECK(details->queued == 0ms);
  CHECK(details->preparation == 0ms);
  CHECK(details->inference == 0ms);
  CHECK(details->batch == 0);
}

TEST_CASE_METHOD(reusing_fixture,
    "While a frame is in work its repetition is classified too, whatever becomes of it",
    "[session]") {
  open();
  send_image(1, 10);
  send_image(1, 11);
  CHECK(queued.size() == 2);
  send_image(1, 12);
  CHECK(queued.size() == 3);
  end(2, frame_end::superseded);
  end(1, frame_end::expired, "deadline exceeded");
  send_image(1, 13);
  CHECK(queued.size() == 4);
  answer(3, 7);
  send_image(1, 14); // the answer is there, though the frame before is in work
  CHECK(queued.size() == 4);
  CHECK(sink->acknowledged().size() == 3);
  answer(4, 7);
  CHECK(sink->acknowledged() == texts{"Superseded by a newer frame",
                                    "Failed to process image: deadline exceeded", "label 7",
                                    "Already in list", "Already in list"});
  CHECK(counts->pending() == 0);
}

TEST_CASE_METHOD(
    reusing_fixture, "Another frame is classified, and only the last answer is kept", "[session]") {
  open();
  send_image(1);
  answer(1, 7);
  send_image(2);
  answer(2, 8);
  send_image(2);
  send_image(1);
  CHECK(queued.size() == 3);
  answer(4, 7);
  CHECK(sink->responses() == texts{"label 7", "label 8", "Already in list", "label 7"});
}

TEST_CASE_METHOD(reusing_fixture,
    "A frame that failed is tried again, and leaves the answer before it in place", "[session]") {
  open();
  send_image(1);
  answer(1, 7);
  send_image(2);
  end(2, frame_end::failed, "broken image");
  send_image(2);
  CHECK(queued.size() == 3);
  end(3, frame_end::failed, "broken image");
  send_image(1);
  CHECK(queued.size() == 3);
  CHECK(sink->responses() == texts{"label 7", "Failed to process image: broken image",
                                 "Failed to process image: broken image", "Already in list"});
}

TEST_CASE_METHOD(reusing_fixture,
    "A reused answer keeps its place in the order of sending, for the last label too",
    "[session]") {
  open();
  send_image(1, 10);
  answer(1, 7);
  send_image(2, 11);
  send_image(1, 12);
  CHECK(queued.size() == 2);
  CHECK(sink->acknowledged() == texts{"label 7"});
  answer(2, 8);
  CHECK(sink->acknowledged() == texts{"label 7", "label 8", "label 7"});
  CHECK(handed_over == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE_METHOD(reusing_fixture,
    "A reused answer that waits is cancelled with its client and refused while draining",
    "[session]") {
  open();
  send_image(1);
  answer(1, 7);
  send_image(2);
  send_image(1);
  service->drain();
  send_image(1, 13);
  tell(session, actors::atom::closed_v);
  CHECK(counts->frames_ended(frame_end::answered) == 1);
  CHECK(counts->frames_ended(frame_end::cancelled) == 3);
  CHECK(counts->pending() == 0);
  CHECK(queued.size() == 2);
}

TEST_CASE("Frames of other bytes or another length have another fingerprint", "[session]") {
  std::vector<std::byte> image(100'000);
  const auto whole = actors::fingerprint_of(image);
  CHECK(whole == actors::fingerprint_of(std::vector<std::byte>(100'000)));
  CHECK_FALSE(whole == actors::fingerprint_of(std::span(image).first(99'999)));
  CHECK_FALSE(actors::fingerprint_of({}) == actors::fingerprint_of(std::span(image).first(1)));
  for (std::size_t i = 0; i < image.size(); i += 1'009) {
    image[i] = std::byte{1};
    CHECK_FALSE(whole == actors::fingerprint_of(image));
    image[i] = std::byte{0};
  }
}
