#include "application/stop_sequence.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace ocelli;
using namespace std::chrono_literals;

namespace {

using steps = std::vector<std::string>;

/// A service that takes notes of how it is stopped.
struct stopped_service {
  stop_actions actions() {
    return {
        .refuse_handshakes = [this] { done.emplace_back("refuse handshakes"); },
        .drain = [this] { done.emplace_back("drain"); },
        .pending =
            [this] {
              ++looks;
              return pending();
            },
        .abort =
            [this] {
              done.emplace_back("abort");
              aborted = true;
            },
        .close_clients =
            [this](std::function<void()> closed) {
              done.emplace_back("close clients");
              boost::asio::post(context, [this, closed] {
                done.emplace_back("clients closed");
                closed();
              });
            },
        .stop_listening = [this] { done.emplace_back("stop listening"); },
    };
  }

  boost::asio::io_context context;
  std::function<std::uint64_t()> pending = [] { return std::uint64_t{0}; };
  int looks = 0;
  bool aborted = false;
  steps done;
};

} // namespace

TEST_CASE("an idle service refuses, drains, closes its clients and only then stops listening") {
  stopped_service service;
  stop_sequence stop{service.context, service.actions(), 1h};
  stop.start();
  service.context.run();
  CHECK(service.done ==
        steps{"refuse handshakes", "drain", "close clients", "clients closed", "stop listening"});
}

TEST_CASE("clients are closed only when nothing is pending any more") {
  stopped_service service;
  std::uint64_t left = 5;
  service.pending = [&] {
    CHECK(std::count(service.done.begin(), service.done.end(), "close clients") == 0);
    return left > 0 ? left-- : 0;
  };
  stop_sequence stop{service.context, service.actions(), 1h};
  stop.start();
  service.context.run();
  CHECK(service.looks > 5);
  CHECK_FALSE(service.aborted);
  CHECK(service.done.back() == "stop listening");
}

TEST_CASE("a frame that is counted late is still waited for") {
  stopped_service service;
  service.pending = [&]() -> std::uint64_t { return service.looks == 2 ? 1 : 0; };
  stop_sequence stop{service.context, service.actions(), 1h};
  stop.start();
  service.context.run();
  CHECK(service.looks > 3);
}

TEST_CASE("what is not answered in time is failed, then the clients are closed") {
  stopped_service service;
  service.pending = [&] { return std::uint64_t{service.aborted ? 0U : 3U}; };
  stop_sequence stop{service.context, service.actions(), 0ms};
  stop.start();
  service.context.run();
  CHECK(service.done == steps{"refuse handshakes", "drain", "abort", "close clients",
                            "clients closed", "stop listening"});
}

TEST_CASE("a second start does nothing") {
  stopped_service service;
  stop_sequence stop{service.context, service.actions(), 1h};
  stop.start();
  stop.start();
  service.context.run();
  stop.start();
  CHECK(std::count(service.done.begin(), service.done.end(), "drain") == 1);
}
