#include "net/http/pages.hpp"

#include <catch2/catch.hpp>

using namespace ocelli;

TEST_CASE("health and readiness are told by status") {
  auto healthy = GENERATE(true, false);
  auto ready = GENERATE(true, false);
  net::pages pages{[=] { return healthy; }, [=] { return ready; }, "about"};
  CHECK(pages.answer({"GET", "/healthz"}).status == (healthy ? 200 : 503));
  CHECK(pages.answer({"HEAD", "/readyz"}).status == (ready ? 200 : 503));
}

TEST_CASE("the main page says what runs here") {
  net::pages pages{[] { return true; }, [] { return true; }, "about"};
  auto answer = pages.answer({"GET", "/"});
  CHECK(answer.status == 200);
  CHECK(answer.body == "about");
}

TEST_CASE("other paths and methods are refused") {
  net::pages pages{[] { return true; }, [] { return true; }, "about"};
  auto [method, path, status] = GENERATE(table<std::string, std::string, unsigned>({
      {"GET", "/nowhere", 404},
      {"GET", "", 404},
      {"GET", "/healthz/", 404},
      {"POST", "/", 405},
      {"DELETE", "/readyz", 405},
      {"POST", "/nowhere", 404},
  }));
  CHECK(pages.answer({method, path}).status == status);
}
