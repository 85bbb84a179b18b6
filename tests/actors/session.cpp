#include "actors/session.hpp"

#include "session_fixture.hpp"

#include <catch2/catch.hpp>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

using namespace ocelli;
using namespace std::chrono_literals;
using actors::frame_end;
using test::session_fixture;
using test::sink_call;
using texts = std::vector<std::string>;

TEST_CASE_METHOD(session_fixture,
    "A new label is answered with the label, the same again with Already in list", "[session]") {
  open();
  for (std::uint64_t frame = 1; frame <= 4; ++frame) {
    send_frame();
    answer(frame, frame < 3 ? 7 : 8);
  }
  CHECK(sink->responses() == texts{"label 7", "Already in list", "label 8", "Already in list"});
  CHECK(counts->frames_ended(frame_end::answered) == 4);
  CHECK(counts->pending() == 0);
  CHECK(observed == texts{"label 7", "label 7", "label 8", "label 8"});
}

TEST_CASE_METHOD(session_fixture,
    "An acknowledgement follows the response and carries the same object", "[session]") {
  open();
  send_frame(42, "\"a\"");
  answer(1, 7);
  auto calls = sink->calls();
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].what == sink_call::kind::respond);
  CHECK(calls[0].id == "\"a\"");
  CHECK(calls[1].what == sink_call::kind::acknowledge);
  CHECK(calls[1].acknowledgement == 42);
  CHECK(calls[1].text == "label 7");
  CHECK(calls[1].id == "\"a\"");
  CHECK_FALSE(calls[1].details);
}

TEST_CASE_METHOD(session_fixture, "Details are added when they are wanted", "[session]") {
  options.response.details = true;
  options.response.top = 2;
  open();
  send_frame();
  actors::frame_result result;
  result.id = 1;
  result.prediction = {{7, 0.5F}, {9, 0.25F}, {3, 0.125F}};
  result.queued = 1ms;
  result.preparation = 2ms;
  result.inference = 3ms;
  result.batch = 4;
  tell_result(result);
  auto details = sink->calls().at(0).details;
  REQUIRE(details);
  REQUIRE(details->top.size() == 2);
  CHECK(details->top[0].label == "label 7");
  CHECK(details->top[0].confidence == 0.5F);
  CHECK(details->top[1].label == "label 9");
  CHECK(details->queued == 1ms);
  CHECK(details->preparation == 2ms);
  CHECK(details->inference == 3ms);
  CHECK(details->batch == 4);
  send_frame({}, {}, "not an image");
  CHECK_FALSE(sink->calls().at(1).details);
}

TEST_CASE_METHOD(session_fixture,
    "A frame that is answered is measured stage by stage, others only when they come",
    "[session][metrics]") {
  open();
  reading = 5ms;
  auto received = now();
  send_frame();
  advance(100ms);
  actors::frame_result result;
  result.id = 1;
  result.prediction = {{7, 0.5F}};
  result.queued = 10ms;
  result.prepared = received + 30ms;
  result.inference = 40ms;
  result.finished = received + 90ms;
  tell_result(result);
  send_frame();
  end(2, frame_end::failed, "broken image");
  send_frame({}, {}, "not an image");
  auto sum_of = [](const actors::histogram& of) { return std::chrono::nanoseconds{of.read().sum}; };
  CHECK(sum_of(measures->stage(actors::frame_stage::read)) == 15ms);
  CHECK(sum_of(measures->stage(actors::frame_stage::queue)) == 10ms);
  CHECK(sum_of(measures->stage(actors::frame_stage::decode)) == 20ms);
  CHECK(sum_of(measures->stage(actors::frame_stage::wait)) == 20ms);
  CHECK(sum_of(measures->stage(actors::frame_stage::infer)) == 40ms);
  CHECK(sum_of(measures->stage(actors::frame_stage::reply)) == 10ms);
  CHECK(sum_of(measures->answer_age()) == 100ms);
}

TEST_CASE_METHOD(
    session_fixture, "A frame that fails leaves the last label as it was", "[session]") {
  open();
  send_frame();
  answer(1, 7);
  send_frame(5);
  end(2, frame_end::failed, "broken image");
  send_frame();
  answer(3, 7);
  CHECK(sink->responses() ==
        texts{"label 7", "Failed to process image: broken image", "Already in list"});
  CHECK(sink->acknowledged() == texts{"Failed to process image: broken image"});
  CHECK(observed.size() == 2);
}

TEST_CASE_METHOD(session_fixture,
    "Overload, deadlines and refusals are told in fixed words and counted", "[session]") {
  open();
  send_frame();
  send_frame();
  send_frame({}, {}, "overloaded", true);
  send_frame({}, {}, "not base64");
  end(1, frame_end::rejected, "overloaded");
  end(2, frame_end::expired, "deadline exceeded");
  CHECK(sink->responses() ==
        texts{"Failed to process image: overloaded", "Failed to process image: deadline exceeded",
            "Failed to process image: overloaded", "Failed to process image: not base64"});
  CHECK(counts->frames_ended(frame_end::rejected) == 2);
  CHECK(counts->frames_ended(frame_end::expired) == 1);
  CHECK(counts->frames_ended(frame_end::failed) == 1);
  CHECK(queued.size() == 2);
}

TEST_CASE_METHOD(
    session_fixture, "Replies come in the order in which the frames were sent", "[session]") {
  open();
  for (std::uint64_t frame = 1; frame <= 5; ++frame)
    send_frame(frame);
  send_frame(6, {}, "not an image");
  answer(3, 7);
  answer(2, 8);
  end(5, frame_end::failed, "broken image");
  CHECK(sink->calls().empty());
  CHECK(handed_over.empty());
  answer(1, 7);
  CHECK(sink->responses() == texts{"label 7", "label 8", "label 7"});
  CHECK(handed_over == std::vector<std::uint64_t>{1, 2, 3});
  answer(4, 7);
  CHECK(sink->acknowledged() == texts{"label 7", "label 8", "label 7", "Already in list",
                                    "Failed to process image: broken image",
                                    "Failed to process image: not an image"});
  CHECK(handed_over == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
}

TEST_CASE_METHOD(session_fixture, "A superseded frame is acknowledged at once and holds nobody up",
    "[session]") {
  open();
  send_frame(1);
  send_frame(2);
  send_frame(3, "\"x\"");
  send_frame();
  send_frame(5);
  end(2, frame_end::superseded);
  end(3, frame_end::superseded);
  end(4, frame_end::superseded);
  auto calls = sink->calls();
  REQUIRE(calls.size() == 3);
  CHECK(calls[0].what == sink_call::kind::acknowledge);
  CHECK(calls[0].acknowledgement == 2);
  CHECK(calls[0].text == "Superseded by a newer frame");
  CHECK(calls[1].what == sink_call::kind::respond);
  CHECK(calls[1].id == "\"x\"");
  CHECK(calls[2].what == sink_call::kind::acknowledge);
  CHECK(calls[2].acknowledgement == 3);
  CHECK(counts->frames_ended(frame_end::superseded) == 3);
  answer(5, 8);
  CHECK(sink->calls().size() == 3);
  answer(1, 7);
  CHECK(sink->responses() == texts{"Superseded by a newer frame", "label 7", "label 8"});
  CHECK(handed_over == std::vector<std::uint64_t>{1, 5});
}

TEST_CASE_METHOD(session_fixture,
    "The first frame that is lost without any reply is logged once per client, with the setting",
    "[session]") {
  std::ostringstream log;
  auto before = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)));
  open();
  for (std::uint64_t frame = 1; frame <= 3; ++frame)
    send_frame(frame == 1 ? std::optional<std::uint64_t>(1) : std::nullopt);
  end(1, frame_end::superseded); // acknowledged, so not lost
  CHECK(log.str().empty());
  end(2, frame_end::superseded);
  CHECK(log.str().find("frames.policy") != std::string::npos);
  auto size = log.str().size();
  end(3, frame_end::superseded);
  CHECK(log.str().size() == size);
  spdlog::set_default_logger(before);
}

TEST_CASE_METHOD(session_fixture,
    "The configured deadline counts from the receipt unless the frame names its own", "[session]") {
  options.frames.deadline_ms = 250;
  open();
  send_frame();
  deadline = now() + 5ms;
  send_frame();
  CHECK(queued.at(0)->deadline == now() + 250ms);
  CHECK(queued.at(1)->deadline == now() + 5ms);
}

TEST_CASE_METHOD(session_fixture, "Without any deadline a frame has none", "[session]") {
  open();
  send_frame();
  CHECK_FALSE(queued.at(0)->deadline);
}

TEST_CASE_METHOD(session_fixture,
    "While the service drains new frames are refused and older ones are answered", "[session]") {
  open();
  send_frame(1);
  service->drain();
  send_frame(2);
  answer(1, 7);
  CHECK(sink->acknowledged() == texts{"label 7", "Failed to process image: shutting down"});
  CHECK(counts->frames_ended(frame_end::rejected) == 1);
  CHECK(queued.size() == 1);
}

TEST_CASE_METHOD(session_fixture,
    "A client that leaves has its frames and questions counted and forgotten", "[session]") {
  open();
  send_frame(1);
  send_frame(2, {}, "not an image");
  ask("why?");
  tell(session, actors::atom::closed_v);
  CHECK(counts->frames_ended(frame_end::cancelled) == 2);
  CHECK(counts->pending() == 0);
  CHECK(pool_forgets == 1);
  CHECK(chat_forgets == 1);
  CHECK(ended == 1);
  CHECK_FALSE(alive(session));
  answer(1, 7);
  CHECK(sink->calls().empty());
}

TEST_CASE_METHOD(session_fixture, "DEDUP forgets a client that leaves", "[session]") {
  open();
  send_frame();
  answer(1, 7);
  tell(session, actors::atom::closed_v);
  open(); // the same client id, only here
  send_frame();
  answer(1, 7);
  CHECK(sink->responses() == texts{"label 7", "label 7"});
}

TEST_CASE_METHOD(session_fixture,
    "At an abort what is pending fails in order and late results change nothing", "[session]") {
  open();
  send_frame(1);
  send_frame(2);
  send_frame(3);
  ask("why?", 4);
  end(2, frame_end::failed, "broken image");
  service->drain();
  tell(session, actors::atom::abort_v);
  CHECK(
      sink->acknowledged() ==
      texts{"Failed to process image: shutting down", "Failed to process image: broken image",
          "Failed to process image: shutting down", "Failed to receive a response: shutting down"});
  CHECK(counts->pending() == 0);
  CHECK(counts->frames_ended(frame_end::rejected) == 2);
  answer(1, 7);
  answer(3, 7);
  answer_question(1, "because");
  CHECK(sink->acknowledged().size() == 4);
  CHECK(pool_forgets == 1);
  send_frame(5);
  CHECK(sink->acknowledged().back() == "Failed to process image: shutting down");
  CHECK(alive(session));
}

TEST_CASE_METHOD(session_fixture, "An answer fails when DEDUP does not reply", "[session]") {
  options.dedup = start([]() -> actors::dedup_actor::behavior_type {
    return {
        [](actors::atom::label, actors::client_id, const std::string&) -> caf::result<bool> {
          return caf::make_error(caf::sec::runtime_error);
        },
        [](actors::atom::forget, actors::client_id) {},
    };
  });
  open();
  send_frame(1);
  answer(1, 7);
  CHECK(sink->acknowledged() == texts{"Failed to process image: internal error"});
  CHECK(counts->pending() == 0);
}

TEST_CASE_METHOD(session_fixture,
    "Replies that are owed are bounded, and what comes then is overloaded at once", "[session]") {
  options.frames.queue = 1;
  options.frames.in_work = 1;
  open();
  send_frame(0);
  auto bound = actors::session_state::most_pending + 2;
  for (std::uint64_t i = 1; i < bound; ++i)
    send_frame(i, {}, "not an image");
  CHECK(sink->calls().empty());
  send_frame(bound, {}, "not an image");
  CHECK(sink->acknowledged() == texts{"Failed to process image: overloaded"});
  answer(1, 7);
  CHECK(sink->acknowledged().size() == bound + 1);
  CHECK(counts->pending() == 0);
}
