#include "engineio/echo_server.hpp"
#include "support/engineio_client.hpp"

#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace ocelli::engineio;
using ocelli::test_support::http_client;
using ocelli::test_support::websocket_client;

namespace {

using answer_function = std::function<void(bool)>;

/// A server that asks `decide` about every handshake.
class guarded_server {
 public:
  guarded_server(server_options options, server::handshake_handler decide)
      : server_(io_, std::move(options)) {
    server_.on_open([this](const session_ptr&) {
      ++opened;
      return std::make_unique<silent_handler>();
    });
    server_.on_handshake(std::move(decide));
    server_.listen();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~guarded_server() {
    server_.stop_listening();
    thread_.join();
  }

  std::uint16_t port() const { return server_.port(); }
  std::atomic<int> opened = 0;

 private:
  struct silent_handler : session_handler {
    void on_message(message, std::chrono::steady_clock::time_point) override {}
    void on_close(close_reason) override {}
  };

  boost::asio::io_context io_;
  server server_;
  std::thread thread_;
};

bool websocket_opens(std::uint16_t port, const std::string& target) {
  try {
    return !websocket_client(port, target).receive_text().empty();
  } catch (const boost::system::system_error&) {
    return false;
  }
}

const std::string wanted = "&token=right";

void decide_by_token(const handshake& opening, const answer_function& answer) {
  answer(opening.query_value("token") == "right");
}

} // namespace

TEST_CASE("Parameters and headers of a handshake are found by name") {
  handshake opening;
  opening.query = {{"a", "1"}, {"b", "2"}, {"a", "3"}};
  opening.headers = {{"host", "here"}, {"cookie", "x"}, {"cookie", "y"}};
  CHECK(opening.query_value("a") == "3");
  CHECK(opening.query_value("b") == "2");
  CHECK_FALSE(opening.query_value("c"));
  CHECK(opening.header("cookie") == "x");
  CHECK_FALSE(opening.header("Host"));
  CHECK_FALSE(opening.secure);
}

TEST_CASE("A handshake is let in or refused with 403 as the handler says, over both transports") {
  guarded_server server(patient_options(), decide_by_token);
  http_client client(server.port());
  const auto refused = client.get(polling_target);
  CHECK(refused.status == 403);
  CHECK(refused.body == R"({"code":4,"message":"Forbidden"})");
  CHECK(client.get(polling_target + wanted).status == 200);
  CHECK_FALSE(websocket_opens(server.port(), websocket_target));
  CHECK(websocket_opens(server.port(), websocket_target + wanted));
  // the client may learn of it before the upper layer does
  while (server.opened < 2)
    std::this_thread::yield();
  CHECK(server.opened == 2);
}

TEST_CASE("The handler is asked about handshakes only, not about requests of a session") {
  std::atomic<int> asked = 0;
  guarded_server server(patient_options(), [&](const handshake&, const answer_function& answer) {
    ++asked;
    answer(true);
  });
  http_client client(server.port());
  const auto target = polling_target + "&sid=" + session_id_of(client.get(polling_target).body);
  CHECK(client.post(target, "4hello").status == 200);
  CHECK(client.get(polling_target + "&sid=unknown").status == 400);
  CHECK(asked == 1);
}

TEST_CASE("The handler may answer later, from another thread, and only its first answer counts") {
  std::vector<std::thread> threads;
  {
    guarded_server server(patient_options(), [&](const handshake&, answer_function answer) {
      threads.emplace_back([answer = std::move(answer)] {
        answer(true);
        answer(false);
      });
    });
    http_client client(server.port());
    CHECK(client.get(polling_target).status == 200);
    CHECK(websocket_opens(server.port(), websocket_target));
  }
  for (auto& thread : threads)
    thread.join();
}

TEST_CASE("A handshake about which nothing is said in time is refused, whatever is said later") {
  answer_function kept;
  auto options = patient_options();
  options.handshake_timeout = std::chrono::milliseconds(1);
  guarded_server server(
      options, [&](const handshake&, answer_function answer) { kept = std::move(answer); });
  http_client client(server.port());
  CHECK(client.get(polling_target).status == 403);
  kept(true);
  CHECK(client.get(polling_target).status == 403);
  CHECK(server.opened == 0);
}

TEST_CASE("A server stops while a handshake waits, and a later answer does nothing") {
  std::promise<answer_function> asked;
  answer_function kept;
  {
    guarded_server server(patient_options(),
        [&](const handshake&, answer_function answer) { asked.set_value(std::move(answer)); });
    http_client client(server.port());
    client.send("GET", polling_target);
    kept = asked.get_future().get();
  }
  kept(true);
}
