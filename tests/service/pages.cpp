#include "net/http/pages.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace ocelli;

namespace {

std::string no_metrics() { return ""; }

} // namespace

TEST_CASE("health and readiness are told by status") {
  auto healthy = GENERATE(true, false);
  auto ready = GENERATE(true, false);
  net::pages pages{[=] { return healthy; }, [=] { return ready; }, no_metrics, "about"};
  CHECK(pages.answer({"GET", "/healthz"}).status == (healthy ? 200 : 503));
  CHECK(pages.answer({"HEAD", "/readyz"}).status == (ready ? 200 : 503));
}

TEST_CASE("the main page says what runs here") {
  net::pages pages{[] { return true; }, [] { return true; }, no_metrics, "about"};
  auto answer = pages.answer({"GET", "/"});
  CHECK(answer.status == 200);
  CHECK(answer.body == "about");
}

TEST_CASE("other paths and methods are refused") {
  net::pages pages{[] { return true; }, [] { return true; }, no_metrics, "about"};
  auto [method, path, status] = GENERATE(table<std::string, std::string, unsigned>({
      {"GET", "/nowhere", 404},
      {"GET", "", 404},
      {"GET", "/healthz/", 404},
      {"POST", "/", 405},
      {"POST", "/metrics", 405},
      {"GET", "/metrics/", 404},
      {"DELETE", "/readyz", 405},
      {"POST", "/nowhere", 404},
  }));
  CHECK(pages.answer({method, path}).status == status);
}

TEST_CASE("metrics are told as Prometheus asks for them, whatever the service's health") {
  net::pages pages{
      [] { return false; }, [] { return false; }, [] { return "all metrics"; }, "about"};
  auto method = GENERATE(as<std::string>(), "GET", "HEAD");
  auto answer = pages.answer({method, "/metrics"});
  CHECK(answer.status == 200);
  CHECK(answer.content_type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(answer.body == "all metrics");
}
