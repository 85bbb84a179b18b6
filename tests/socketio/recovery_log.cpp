#include "net/socketio/recovery_log.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <any>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

using namespace ocelli::socketio;
using namespace std::chrono_literals;
using ocelli::engineio::message_group;

namespace {

struct open_log {
  explicit open_log(std::chrono::milliseconds duration = 1h) {
    recovery_options options;
    options.duration = duration;
    log = std::make_shared<recovery_log>(context.get_executor(), options, 100, 10'000);
  }
  ~open_log() { log->stop(); }

  /// Publishes to all and gives the offset.
  std::string publish(const std::string& text) {
    std::string given;
    log->publish(
        "/", {},
        [&](std::string_view offset) -> message_group {
          given = offset;
          return {{false, std::make_shared<const std::string>(text)}};
        },
        [&](const message_group& group) { sent.push_back(*group.at(0).data); });
    return given;
  }

  recovery_session save(std::any data = {}) {
    recovery_session session{"sid", "pid", "/", {}, std::move(data), 0};
    log->save(session);
    return session;
  }

  boost::asio::io_context context;
  std::shared_ptr<recovery_log> log;
  std::vector<std::string> sent;
};

} // namespace

TEST_CASE_METHOD(open_log, "Every event gets another offset and is sent at once") {
  const auto first = publish("1");
  CHECK_FALSE(first.empty());
  CHECK(publish("2") != first);
  CHECK(sent == std::vector<std::string>{"1", "2"});
}

TEST_CASE_METHOD(
    open_log, "A client comes back with the offset of an event, and gets what followed") {
  const auto seen = publish("1");
  save();
  publish("2");
  CHECK(log->holds("sid"));
  auto session = log->take("pid", seen, "/");
  REQUIRE(session);
  publish("3");
  log->resume(*session, seen, [](const recovery_log::missed_events& missed) {
    REQUIRE(missed);
    CHECK(missed->size() == 2);
  });
  CHECK_FALSE(log->take("pid", seen, "/"));
}

TEST_CASE_METHOD(open_log, "A client that tells no offset of an event joins anew") {
  const auto seen = publish("1");
  const auto offset = GENERATE_COPY(values<std::string>(
      {"", "x", "-1", "0", "1e9", "99999999999999999999999", seen + "0", seen + " "}));
  save();
  CHECK_FALSE(log->take("pid", offset, "/"));
  CHECK_FALSE(log->holds("sid"));
}

TEST_CASE_METHOD(open_log, "A client whose events have gone while it was asked for joins anew") {
  const auto seen = publish("1");
  save();
  auto session = log->take("pid", seen, "/");
  REQUIRE(session);
  // more than the client may be sent at once
  for (int i = 0; i < 101; ++i)
    publish("x");
  bool is_asked = false;
  log->resume(*session, seen, [&](const recovery_log::missed_events& missed) {
    is_asked = true;
    CHECK_FALSE(missed);
  });
  CHECK(is_asked);
  CHECK(session->joined > 101);
}

TEST_CASE("What is kept is dropped when its time has passed, and nothing is left to wait for") {
  open_log opened(0ms);
  std::weak_ptr<int> watched;
  {
    const auto data = std::make_shared<int>(1);
    watched = data;
    opened.save(data);
    opened.publish("1");
  }
  CHECK_FALSE(watched.expired());
  opened.context.run();
  CHECK(watched.expired());
  CHECK_FALSE(opened.log->holds("sid"));
}

TEST_CASE_METHOD(open_log, "After the end nothing is kept, and nothing is left to wait for") {
  const auto seen = publish("1");
  save();
  log->stop();
  CHECK_FALSE(log->holds("sid"));
  publish("2");
  save();
  CHECK_FALSE(log->take("pid", seen, "/"));
  context.run();
  CHECK(sent == std::vector<std::string>{"1", "2"});
}

TEST_CASE_METHOD(open_log, "Data that uses the library when it is destroyed may be dropped") {
  struct publishing {
    ~publishing() { owner.publish("from the destructor"); }
    open_log& owner;
  };
  save(std::shared_ptr<publishing>(new publishing{*this}));
  log->stop();
  CHECK(sent == std::vector<std::string>{"from the destructor"});
}
