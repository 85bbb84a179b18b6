#include "net/engineio/server_session.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <catch2/catch.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace ocelli::engineio;

namespace {

/// Remembers what it was told to do; the test says when a write has ended.
struct fake_link : websocket_link {
  void write(std::optional<packet_type> type, std::shared_ptr<const std::string> data) override {
    ++writing;
    written.push_back((type ? std::string(1, to_char(*type)) : "binary ") + (data ? *data : ""));
  }
  void close(std::uint16_t code) override { codes.push_back(code); }
  void abort() override { ++aborts; }

  std::vector<std::string> written;
  int writing = 0;
  std::vector<std::uint16_t> codes;
  int aborts = 0;
};

struct recorder {
  std::vector<std::string> messages;
  std::vector<close_reason> reasons;
};

struct recording_handler : session_handler {
  explicit recording_handler(recorder& to) : record(to) {}
  void on_message(message incoming, std::chrono::steady_clock::time_point) override {
    record.messages.emplace_back(incoming.data);
  }
  void on_close(close_reason reason) override { record.reasons.push_back(reason); }
  recorder& record;
};

/// One session and the thread that runs it; what is asked of the session is done when a function
/// returns.
struct fixture {
  fixture() {
    server_options options;
    options.write_queue_packets = 20;
    context = std::make_shared<server_context>(io, options);
    context->open_session = [this](const session_ptr&) {
      return std::make_unique<recording_handler>(record);
    };
    session = std::make_shared<server_session>(
        context, "id", handshake{}, boost::asio::any_io_executor(boost::asio::make_strand(io)));
    REQUIRE(context->sessions.insert(session) == admission::admitted);
  }
  ~fixture() {
    session->stop();
    run();
  }

  void run() {
    io.restart();
    io.poll();
  }
  void start(std::shared_ptr<websocket_link> over = nullptr) {
    session->start(std::move(over));
    run();
  }
  send_result send(std::vector<std::string> texts, bool is_volatile = false) {
    message_group group;
    for (auto& text : texts)
      group.push_back({!group.empty(), std::make_shared<const std::string>(std::move(text))});
    auto result = session->send(std::move(group), is_volatile);
    run();
    return result;
  }
  void receive(websocket_link& from, std::string text, bool binary = false) {
    auto owner = std::make_shared<const std::string>(std::move(text));
    session->on_frame(from, binary, {*owner, owner}, std::chrono::steady_clock::now());
    run();
  }
  /// Says that the write in progress has ended.
  void finish_write(fake_link& of) {
    REQUIRE(of.writing == 1);
    --of.writing;
    session->on_written(of);
    run();
  }
  std::uint64_t poll() {
    auto id = session->next_poll_id();
    session->poll(id, [this](poll_answer answer) { answers.push_back(std::move(answer)); });
    run();
    return id;
  }

  boost::asio::io_context io;
  recorder record;
  std::shared_ptr<server_context> context;
  std::shared_ptr<server_session> session;
  std::shared_ptr<fake_link> link = std::make_shared<fake_link>();
  std::vector<poll_answer> answers;
};

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("A session writes one message at a time, groups in one piece") {
  fixture test;
  test.start(test.link);
  REQUIRE(test.link->written.size() == 1);
  CHECK(test.link->written[0].front() == '0');
  test.send({"head", "attachment"});
  test.send({"next"});
  CHECK(test.link->written.size() == 1);
  for (int i = 0; i < 3; ++i)
    test.finish_write(*test.link);
  CHECK(texts(test.link->written.begin() + 1, test.link->written.end()) ==
        texts{"4head", "binary attachment", "4next"});
}

TEST_CASE("Volatile messages are sent over an idle WebSocket and dropped over a busy one") {
  fixture test;
  test.start(test.link);
  CHECK(test.send({"dropped"}, true) == send_result::accepted);
  test.finish_write(*test.link);
  CHECK(test.send({"sent"}, true) == send_result::accepted);
  CHECK(test.send({"dropped"}, true) == send_result::accepted);
  test.finish_write(*test.link);
  CHECK(test.link->writing == 0);
  CHECK(texts(test.link->written.begin() + 1, test.link->written.end()) == texts{"4sent"});
}

TEST_CASE("Volatile messages are sent to a waiting poll and dropped without one") {
  fixture test;
  test.start();
  test.send({"dropped"}, true);
  test.send({"kept"});
  test.send({"dropped"}, true);
  test.poll();
  test.poll();
  test.send({"sent"}, true);
  test.send({"dropped"}, true);
  REQUIRE(test.answers.size() == 2);
  CHECK(test.answers[0].body == "4kept");
  CHECK(test.answers[1].body == "4sent");
}

TEST_CASE("Closing writes what is queued, then closes with the code of the reason") {
  fixture test;
  test.start(test.link);
  auto [reason, code] = GENERATE(table<close_reason, std::uint16_t>({
      {close_reason::forced_close, 1000},
      {close_reason::parse_error, 1002},
      {close_reason::server_shutting_down, 1001},
  }));
  test.send({"last"});
  test.session->close(reason);
  test.run();
  CHECK(test.record.reasons == std::vector{reason});
  CHECK(test.send({"late"}) == send_result::closed);
  test.receive(*test.link, "4ignored");
  CHECK(test.link->codes.empty());
  test.finish_write(*test.link);
  CHECK(test.link->written.back() == "4last");
  CHECK(test.link->codes.empty());
  test.finish_write(*test.link);
  CHECK(test.link->codes == std::vector{code});
  CHECK(test.context->sessions.find("id"));
  test.session->on_link_closed(*test.link, close_reason::transport_close);
  CHECK_FALSE(test.context->sessions.find("id"));
  CHECK(test.record.reasons.size() == 1);
  CHECK(test.record.messages.empty());
}

TEST_CASE("Over a limit of the queue nothing that waits is written any more") {
  fixture test;
  test.start(test.link);
  for (int i = 0; i < 20; ++i)
    CHECK(test.send({"x"}) == send_result::accepted);
  CHECK(test.send({"x"}) == send_result::full);
  CHECK(test.record.reasons == std::vector{close_reason::too_slow});
  test.finish_write(*test.link);
  CHECK(test.link->written.size() == 1);
  CHECK(test.link->codes == std::vector<std::uint16_t>{1008});
}

TEST_CASE("A lost answer to a poll closes the session only if it carried messages") {
  fixture test;
  test.start();
  auto link = std::make_shared<fake_link>();
  REQUIRE(test.session->begin_upgrade(link));
  auto empty = test.poll();
  test.receive(*link, "2probe");
  REQUIRE(test.answers.size() == 1);
  CHECK(test.answers[0].body == "6");
  test.session->on_poll_ended(empty, false);
  CHECK(test.record.reasons.empty());
  test.send({"x"});
  auto full = test.poll();
  CHECK(test.answers[1].body == "4x");
  test.session->on_poll_ended(full, false);
  CHECK(test.record.reasons == std::vector{close_reason::transport_error});
  CHECK_FALSE(test.context->sessions.find("id"));
}

TEST_CASE("The last answer to a poll keeps the session registered until it is written") {
  fixture test;
  test.start();
  bool empty = false;
  test.session->close(close_reason::forced_close);
  test.run();
  test.context->sessions.when_empty([&] { empty = true; });
  auto last = test.poll();
  REQUIRE(test.answers.size() == 1);
  CHECK(test.answers[0].body == "6\x1e"
                                "1");
  CHECK_FALSE(empty);
  test.poll();
  CHECK(test.answers[1].error == protocol_error::session_unknown);
  test.session->on_poll_ended(last, true);
  CHECK(empty);
}

TEST_CASE("An upgrade that completes while the answer to the probe is being written waits for it") {
  fixture test;
  test.start();
  REQUIRE(test.session->begin_upgrade(test.link));
  CHECK_FALSE(test.session->begin_upgrade(std::make_shared<fake_link>()));
  test.receive(*test.link, "2probe");
  test.receive(*test.link, "2probe");
  CHECK(test.link->written == texts{"3probe"});
  test.send({"x"});
  test.receive(*test.link, "5");
  CHECK(test.session->transport() == "websocket");
  CHECK(test.link->writing == 1);
  test.finish_write(*test.link);
  CHECK(test.link->written == texts{"3probe", "4x"});
  CHECK_FALSE(test.session->begin_upgrade(std::make_shared<fake_link>()));
}

TEST_CASE("Frames of a link that is not the session's are ignored") {
  fixture test;
  test.start();
  REQUIRE(test.session->begin_upgrade(test.link));
  test.receive(*test.link, "4too early");
  CHECK(test.link->codes == std::vector<std::uint16_t>{1002});
  test.receive(*test.link, "5");
  test.receive(*test.link, "4too late");
  test.session->on_oversized(*test.link);
  test.session->on_written(*test.link);
  test.session->on_link_closed(*test.link, close_reason::transport_close);
  CHECK(test.session->transport() == "polling");
  CHECK(test.record.messages.empty());
  CHECK(test.record.reasons.empty());
}

TEST_CASE("A session that is stopped tells the upper layer once and lets go of its link") {
  fixture test;
  test.start(test.link);
  CHECK(test.context->counters.websocket_sessions() == 1);
  test.session->stop();
  test.session->stop();
  CHECK(test.record.reasons == std::vector{close_reason::server_shutting_down});
  CHECK(test.link->aborts == 1);
  CHECK(test.link.use_count() == 1);
  CHECK(test.context->counters.websocket_sessions() == 0);
  CHECK_FALSE(test.context->sessions.find("id"));
}
