#include "net/socketio/socket.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace ocelli::socketio;

TEST_CASE("An acknowledgement that nobody asked for is false and sends nothing") {
  const acknowledgement none;
  CHECK_FALSE(none);
  CHECK(none("1") == send_result::closed);
}

TEST_CASE("An acknowledgement answers once, copies included, and says what became of the answer") {
  std::vector<std::string> answers;
  const acknowledgement acknowledge([&](const std::string& arguments, const auto&) {
    answers.push_back(arguments);
    return send_result::full;
  });
  CHECK(acknowledge);
  const auto copy = acknowledge;
  CHECK(copy("1") == send_result::full);
  CHECK(acknowledge("2") == send_result::closed);
  CHECK(copy("3") == send_result::closed);
  CHECK(answers == std::vector<std::string>{"1"});
}

TEST_CASE("Of answers from several threads one is sent") {
  std::atomic<int> sent = 0;
  const acknowledgement acknowledge([&](const std::string&, const auto&) {
    ++sent;
    return send_result::accepted;
  });
  std::atomic<int> accepted = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      if (acknowledge("1") == send_result::accepted)
        ++accepted;
    });
  }
  for (auto& thread : threads)
    thread.join();
  CHECK(sent == 1);
  CHECK(accepted == 1);
}
