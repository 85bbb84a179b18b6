#include "net/service/event_reader.hpp"

#include "support/fake_socket.hpp"

#include <catch2/catch.hpp>

#include <memory>

using namespace ocelli;
using namespace std::chrono_literals;
using test::make_event;

namespace {

/// A reader with a budget of its own.
struct reading {
  explicit reading(config::settings configured = {})
      : budget(std::make_shared<actors::byte_budget>(configured.limits.pending_bytes)),
        reader(configured, *budget) {}

  actors::frame_event frame(
      const std::string& arguments, std::vector<std::string> attachments = {}) {
    return reader.read_frame(make_event("frame", arguments, std::move(attachments)));
  }
  actors::question_event question(const std::string& arguments) {
    return reader.read_question(make_event("message", arguments));
  }

  std::shared_ptr<actors::byte_budget> budget;
  net::event_reader reader;
};

std::string text_of(const inference::image_bytes& image) {
  return {reinterpret_cast<const char*>(image.bytes.data()), image.bytes.size()};
}

} // namespace

TEST_CASE("an image is found in every form of payload") {
  struct row {
    std::string arguments;
    std::vector<std::string> attachments;
  };
  auto [arguments, attachments] = GENERATE(values<row>({
      {R"("YWJj")", {}},
      {R"("data:image/jpeg;base64,YWJj")", {}},
      {R"("data:image\/jpeg;base64,YWJ\u006a")", {}},
      {R"("YWJj","something else")", {}},
      {R"({"image":"YWJj"})", {}},
      {R"({ "other" : [1], "image" : "data:;base64,YWJj" })", {}},
      {R"({"\u0069mage":"YWJj"})", {}},
      {R"({"_placeholder":true,"num":0})", {"abc"}},
      {R"({"num":1,"_placeholder":true})", {"other", "abc"}},
      {R"({"image":{"_placeholder":true,"num":0}})", {"abc"}},
      {R"({"id":{"_placeholder":true,"num":0},"image":{"_placeholder":true,"num":1}})",
          {"other", "abc"}},
  }));
  INFO(arguments);
  reading with;
  auto frame = with.frame(arguments, attachments);
  CHECK(frame.failure == "");
  CHECK_FALSE(frame.rejected);
  CHECK(text_of(frame.image) == "abc");
  CHECK(frame.lease != nullptr);
}

TEST_CASE("a payload without an image fails in plain words") {
  struct row {
    std::string arguments;
    std::string failure;
    std::vector<std::string> attachments = {};
  };
  auto [arguments, failure, attachments] = GENERATE(values<row>({
      {"", "no image in frame"},
      {"null", "no image in frame"},
      {"{}", "no image in frame"},
      {R"({"picture":"YWJj"})", "no image in frame"},
      {R"({"image":null})", "no image in frame"},
      {"true", "image is neither a string nor binary data"},
      {"5", "image is neither a string nor binary data"},
      {R"(["YWJj"])", "image is neither a string nor binary data"},
      {R"({"image":5})", "image is neither a string nor binary data"},
      {R"({"image":{}})", "image is neither a string nor binary data"},
      {R"({"image":{"image":"YWJj"}})", "image is neither a string nor binary data"},
      {R"({"image":{"_placeholder":true,"num":0}})", "image is neither a string nor binary data"},
      {R"({"image":""})", "empty image"},
      {R"("")", "empty image"},
      {R"("A")", "not base64"},
      {R"("data:image/png")", "data URL without a comma"},
      {R"({"_placeholder":true,"num":0})", "empty image", {""}},
      {R"({"image":{"_placeholder":true,"num":0}})", "empty image", {""}},
      {R"({"image":"YWJj","deadline_ms":"soon"})", "deadline_ms is not a number from 0 to 600000"},
      {R"({"image":"YWJj","deadline_ms":-1})", "deadline_ms is not a number from 0 to 600000"},
      {R"({"image":"YWJj","deadline_ms":1e300})", "deadline_ms is not a number from 0 to 600000"},
      {R"({"image":"YWJj","deadline_ms":true})", "deadline_ms is not a number from 0 to 600000"},
  }));
  INFO(arguments);
  reading with;
  auto frame = with.frame(arguments, attachments);
  CHECK(frame.failure == failure);
  CHECK_FALSE(frame.rejected);
  CHECK(frame.image.bytes.empty());
  CHECK(frame.lease != nullptr);
}

TEST_CASE("an attachment is used where it is") {
  reading with;
  auto event = make_event("frame", R"({"_placeholder":true,"num":0})", {"abc"});
  auto frame = with.reader.read_frame(event);
  CHECK(
      static_cast<const void*>(frame.image.bytes.data()) == event.attachments.front().bytes.data());
  CHECK(frame.image.owner == event.attachments.front().owner);
}

TEST_CASE("an id of any JSON value is taken as it came") {
  auto id = GENERATE(
      as<std::string>{}, "1", "-1.50", R"("a\u00e4")", "null", "true", R"({"a" : [1, 2]})", "[]");
  reading with;
  CHECK(with.frame(R"({"image":"YWJj","id":)" + id + "}").reply.id == id);
  CHECK(with.frame(R"({"id": )" + id + R"( ,"image":5})").reply.id == id);
  CHECK(with.question(R"({"message":"Why?","id":)" + id + "}").reply.id == id);
}

TEST_CASE("an id over the limit fails and is not echoed") {
  config::settings configured;
  configured.limits.id_bytes = 16;
  reading with{configured};
  auto longest = '"' + std::string(14, 'x') + '"';
  auto too_long = '"' + std::string(15, 'x') + '"';
  CHECK(with.frame(R"({"image":"YWJj","id":)" + longest + "}").reply.id == longest);
  auto frame = with.frame(R"({"image":"YWJj","id":)" + too_long + "}");
  CHECK(frame.failure == "id is longer than 16 bytes (limits.id_bytes)");
  CHECK(frame.reply.id == "");
  auto question = with.question(R"({"message":"Why?","id":)" + too_long + "}");
  CHECK(question.failure == "id is longer than 16 bytes (limits.id_bytes)");
  CHECK(question.reply.id == "");
}

TEST_CASE("a deadline counts from the moment at which the frame was received") {
  config::settings configured;
  configured.frames.deadline_ms = 200;
  reading with{configured};
  auto deadline_of =
      [&](const std::string& arguments) -> std::optional<std::chrono::steady_clock::duration> {
    auto frame = with.frame(arguments);
    return frame.deadline ? std::optional{*frame.deadline - frame.received} : std::nullopt;
  };
  CHECK(deadline_of(R"("YWJj")") == 200ms);
  CHECK(deadline_of(R"({"image":"YWJj"})") == 200ms);
  CHECK(deadline_of(R"({"image":"YWJj","deadline_ms":null})") == 200ms);
  CHECK(deadline_of(R"({"image":"YWJj","deadline_ms":50})") == 50ms);
  CHECK(deadline_of(R"({"image":"YWJj","deadline_ms":0.5})") == 500us);
  CHECK(deadline_of(R"({"image":"YWJj","deadline_ms":600000})") == 600s);
  CHECK(deadline_of(R"({"image":"YWJj","deadline_ms":0})") == std::nullopt);
  CHECK(reading{}.frame(R"("YWJj")").deadline == std::nullopt);
}

TEST_CASE("a frame tells when it began to come and when it was there") {
  reading with;
  auto event = make_event("frame", R"("YWJj")");
  event.received = std::chrono::steady_clock::now();
  event.begun = event.received - 3ms;
  auto frame = with.reader.read_frame(event);
  CHECK(frame.begun == event.begun);
  CHECK(frame.received == event.received);
}

TEST_CASE("a frame holds its bytes in the budget until its lease is gone") {
  reading with;
  {
    auto text = with.frame(R"("YWJj")");
    CHECK(with.budget->used() >= 3 + actors::byte_budget::overhead);
    auto before = with.budget->used();
    auto binary = with.frame(R"({"_placeholder":true,"num":0})", {"abcd"});
    CHECK(with.budget->used() == before + 4 + actors::byte_budget::overhead);
    auto failed = with.frame("null");
    CHECK(with.budget->used() == before + 4 + 2 * actors::byte_budget::overhead);
  }
  CHECK(with.budget->used() == 0);
}

TEST_CASE("beyond the budget a frame is rejected, and a question fails") {
  config::settings configured;
  configured.limits.pending_bytes = 2'000;
  reading with{configured};
  auto first = with.frame(R"({"image":"YWJj","id":1})");
  CHECK(first.failure == "");
  auto payload = GENERATE(as<std::string>{}, R"({"image":"YWJj","id":2})", R"({"id":2})");
  auto second = with.frame(payload);
  CHECK(second.failure == "overloaded");
  CHECK(second.rejected);
  CHECK(second.reply.id == "2");
  CHECK(with.frame(R"({"_placeholder":true,"num":0})", {"abc"}).failure == "overloaded");
  CHECK(with.question(R"("Why?")").failure == "overloaded");
  CHECK_FALSE(with.reader.read_stop(make_event("stop", "")));
}

TEST_CASE("a question is read in both forms") {
  reading with;
  CHECK(with.question(R"({"message":"Why \u00e4?"})").text == "Why ä?");
  CHECK(with.question(R"("Why?")").text == "Why?");
  CHECK_FALSE(with.question(R"({"message":"Why?"})").stream);
  CHECK_FALSE(with.question(R"({"message":"Why?","stream":false})").stream);
  CHECK_FALSE(with.question(R"({"message":"Why?","stream":"true"})").stream);
  CHECK(with.question(R"({"message":"Why?","stream":true})").stream);
}

TEST_CASE("an event without a question fails in plain words") {
  config::settings configured;
  configured.chat.question_bytes = 16;
  reading with{configured};
  auto [arguments, failure] = GENERATE(table<std::string, std::string>({
      {"", "no question in message"},
      {"null", "no question in message"},
      {"5", "no question in message"},
      {"[]", "no question in message"},
      {"{}", "no question in message"},
      {R"({"message":null})", "no question in message"},
      {R"({"message":5})", "no question in message"},
      {R"({"message":{"message":"Why?"}})", "no question in message"},
      {R"({"message":""})", "empty question"},
      {R"({"message":" \n"})", "empty question"},
      {R"("12345678901234567")", "question is longer than 16 bytes (chat.question_bytes)"},
  }));
  INFO(arguments);
  auto question = with.question(arguments);
  CHECK(question.failure == failure);
  CHECK(question.text == "");
}

TEST_CASE("a stop names a question or all of them") {
  config::settings configured;
  configured.limits.id_bytes = 16;
  reading with{configured};
  auto stop = [&](const std::string& arguments) {
    return with.reader.read_stop(make_event("stop", arguments));
  };
  CHECK(stop("")->id == "");
  CHECK(stop("null")->id == "");
  CHECK(stop("{}")->id == "");
  CHECK(stop(R"({"id":"a"})")->id == R"("a")");
  CHECK(stop(R"({"id":5})")->id == "5");
  CHECK_FALSE(stop(R"({"id":"12345678901234567"})"));
}
