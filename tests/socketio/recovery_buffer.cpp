#include "net/socketio/recovery_buffer.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace ocelli::socketio;
using namespace std::chrono_literals;

namespace {

using texts = std::vector<std::string>;

constexpr recovery_buffer::time_point start{};

recovery_options small_options() {
  recovery_options options;
  options.duration = 100ms;
  options.sessions = 2;
  options.packets = 5;
  return options;
}

recovery_session session_of(const std::string& sid, std::vector<std::string> rooms = {}) {
  recovery_session session;
  session.sid = sid;
  session.pid = "pid of " + sid;
  session.name_space = std::string("/");
  session.rooms = std::move(rooms);
  return session;
}

struct filled_buffer {
  explicit filled_buffer(const recovery_options& options = small_options()) : buffer(options) {}

  /// Keeps an event and gives its number.
  std::uint64_t add(const std::string& text, broadcast_target target = {},
      const std::string& name_space = "/", recovery_buffer::time_point now = start) {
    const auto number = buffer.next();
    buffer.add(
        name_space, std::move(target), {{false, std::make_shared<const std::string>(text)}}, now);
    return number;
  }

  std::optional<texts> missed(const recovery_session& session, std::uint64_t seen,
      std::size_t packets = 100, std::size_t bytes = 10'000) const {
    const auto groups = buffer.missed(session, seen, packets, bytes);
    if (!groups)
      return std::nullopt;
    texts result;
    for (const auto& group : *groups)
      result.push_back(*group.at(0).data);
    return result;
  }

  recovery_buffer buffer;
};

} // namespace

TEST_CASE_METHOD(
    filled_buffer, "A client that comes back gets the events after the last one it has seen") {
  const auto first = add("1");
  const auto second = add("2");
  const auto third = add("3");
  CHECK(missed(session_of("a"), first) == texts{"2", "3"});
  CHECK(missed(session_of("a"), second) == texts{"3"});
  CHECK(missed(session_of("a"), third) == texts{});
}

TEST_CASE_METHOD(
    filled_buffer, "A client gets the events of its namespace and its rooms, and its own") {
  const auto seen = add("first");
  add("other namespace", {}, "/other");
  add("all");
  add("room", {{"x", "y"}, {}});
  add("other room", {{"z"}, {}});
  CHECK(missed(session_of("a", {"y"}), seen) == texts{"all", "room"});
  CHECK(missed(session_of("a"), seen) == texts{"all"});
}

TEST_CASE_METHOD(filled_buffer, "A client gets what is for its id, and not what excepts it") {
  const auto seen = add("first");
  add("own", {{"a"}, {}});
  add("not for a", {{}, {"a"}});
  add("not for x", {{}, {"x"}});
  CHECK(missed(session_of("a"), seen) == texts{"own", "not for x"});
  CHECK(missed(session_of("b", {"x"}), seen) == texts{"not for a"});
}

TEST_CASE_METHOD(filled_buffer, "A client gets nothing from before it joined") {
  const auto seen = add("1");
  add("2");
  auto session = session_of("a");
  session.joined = buffer.next();
  add("3");
  CHECK(missed(session, seen) == texts{"3"});
}

TEST_CASE_METHOD(
    filled_buffer, "A client that has seen no event that is still kept cannot come back") {
  CHECK_FALSE(missed(session_of("a"), 0));
  CHECK_FALSE(missed(session_of("a"), buffer.next()));
  const auto first = add("1");
  for (const auto* text : {"2", "3", "4", "5"})
    add(text);
  CHECK(missed(session_of("a"), first));
  add("6");
  CHECK_FALSE(missed(session_of("a"), first));
  CHECK(missed(session_of("a"), first + 1));
  CHECK_FALSE(missed(session_of("a"), buffer.next()));
}

TEST_CASE_METHOD(
    filled_buffer, "A client that missed more than it may be sent at once cannot come back") {
  const auto seen = add("1");
  add("2");
  add("3");
  CHECK(missed(session_of("a"), seen, 2));
  CHECK_FALSE(missed(session_of("a"), seen, 1));
  CHECK_FALSE(missed(session_of("a"), seen, 2, 10));
}

TEST_CASE_METHOD(
    filled_buffer, "A client is taken out once, with its secret and in its namespace") {
  auto saved = session_of("a", {"x"});
  saved.data = 7;
  buffer.save(saved, start);
  CHECK(buffer.holds("a"));
  CHECK_FALSE(buffer.take("a", "/"));
  CHECK_FALSE(buffer.take("pid of a", "/other"));
  const auto taken = buffer.take("pid of a", "/");
  REQUIRE(taken);
  CHECK(taken->sid == "a");
  CHECK(taken->rooms == texts{"x"});
  CHECK(std::any_cast<int>(taken->data) == 7);
  CHECK_FALSE(buffer.take("pid of a", "/"));
  CHECK_FALSE(buffer.holds("a"));
  CHECK(buffer.bytes() == 0);
}

TEST_CASE_METHOD(filled_buffer, "As many clients are kept as the limit; the oldest goes") {
  buffer.save(session_of("a"), start);
  CHECK(buffer.save(session_of("b"), start).empty());
  const auto dropped = buffer.save(session_of("c"), start);
  REQUIRE(dropped.size() == 1);
  CHECK(dropped[0].sid == "a");
  CHECK_FALSE(buffer.take("pid of a", "/"));
  CHECK(buffer.take("pid of b", "/"));
  CHECK(buffer.take("pid of c", "/"));
}

TEST_CASE_METHOD(filled_buffer, "What is older than the duration goes") {
  CHECK_FALSE(buffer.next_expiry());
  const auto first = add("1");
  add("2", {}, "/", start + 50ms);
  buffer.save(session_of("a"), start + 20ms);
  CHECK(buffer.next_expiry() == start + 100ms);
  CHECK(buffer.expire(start + 99ms).empty());
  CHECK(missed(session_of("b"), first) == texts{"2"});
  CHECK(buffer.expire(start + 100ms).empty());
  CHECK_FALSE(missed(session_of("b"), first));
  CHECK(buffer.next_expiry() == start + 120ms);
  CHECK(buffer.expire(start + 150ms).size() == 1);
  CHECK_FALSE(buffer.next_expiry());
  CHECK(buffer.bytes() == 0);
}

TEST_CASE("Bytes are bounded: the oldest events go first, then the oldest clients") {
  auto options = small_options();
  options.sessions = 100;
  options.packets = 100;
  options.bytes = 9'500;
  filled_buffer filled(options);
  const std::string room(3'000, 'r');
  for (const auto* sid : {"a", "b"})
    filled.buffer.save(session_of(sid, {room}), start);
  const auto first = filled.add(std::string(1'000, '1'));
  const auto second = filled.add(std::string(1'000, '2'));
  CHECK(filled.missed(session_of("x"), first));
  filled.add(std::string(1'000, '3'));
  CHECK_FALSE(filled.missed(session_of("x"), first));
  CHECK(filled.missed(session_of("x"), second));
  CHECK(filled.buffer.bytes() <= options.bytes);
  const auto dropped = filled.buffer.save(session_of("c", {std::string(5'000, 'r')}), start);
  CHECK_FALSE(filled.missed(session_of("x"), second));
  REQUIRE(dropped.size() == 1);
  CHECK(dropped[0].sid == "a");
  CHECK(filled.buffer.bytes() <= options.bytes);
}

TEST_CASE("An event over the limit of bytes is not kept, and neither is what came before it") {
  auto options = small_options();
  options.bytes = 1'000;
  filled_buffer filled(options);
  const auto first = filled.add("1");
  filled.add(std::string(1'000, '2'));
  CHECK_FALSE(filled.missed(session_of("a"), first));
  CHECK(filled.buffer.bytes() == 0);
}
