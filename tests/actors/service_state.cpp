#include "actors/service_state.hpp"

#include <catch2/catch.hpp>

#include <thread>
#include <vector>

using ocelli::actors::service_state;
using namespace std::chrono_literals;

TEST_CASE("The service is ready once every worker was warm, and while one is", "[service_state]") {
  service_state service(2, {});
  CHECK_FALSE(service.ready());
  service.worker_warm();
  CHECK_FALSE(service.ready());
  service.worker_warm();
  CHECK(service.ready());
  CHECK(service.wait_until_ready().empty());
  service.worker_lost();
  CHECK(service.ready());
  service.worker_lost();
  CHECK_FALSE(service.ready());
  service.worker_warm();
  CHECK(service.ready());
}

TEST_CASE("A service that stops is healthy but not ready", "[service_state]") {
  service_state service(1, {});
  service.worker_warm();
  service.drain();
  CHECK(service.draining());
  CHECK(service.healthy());
  CHECK_FALSE(service.ready());
}

TEST_CASE("Only the first fatal event is reported", "[service_state]") {
  std::vector<std::string> reasons;
  service_state service(1, [&](const std::string& reason) { reasons.push_back(reason); });
  service.worker_warm();
  service.fatal("first");
  service.fatal("second");
  CHECK(reasons == std::vector<std::string>{"first"});
  CHECK_FALSE(service.healthy());
  CHECK_FALSE(service.ready());
}

TEST_CASE("Whoever waits for the service is told why it cannot start", "[service_state]") {
  service_state service(1, {});
  std::string told;
  std::thread waiting([&] { told = service.wait_until_ready(); });
  SECTION("by a worker") { service.start_failed("no such file"); }
  SECTION("by a fatal event") { service.fatal("no such file"); }
  waiting.join();
  CHECK(told == "no such file");
}

TEST_CASE("Waiting for threads ends when the last one has ended", "[service_state]") {
  service_state service(2, {});
  CHECK(service.wait_for_threads(0ms));
  service.thread_started();
  service.thread_started();
  service.thread_ended();
  CHECK_FALSE(service.wait_for_threads(0ms));
  std::thread ending([&] { service.thread_ended(); });
  CHECK(service.wait_for_threads(1h));
  ending.join();
}
