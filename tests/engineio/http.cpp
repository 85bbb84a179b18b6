#include "engineio/echo_server.hpp"
#include "support/engineio_client.hpp"

#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>

#include <string>

using namespace ocelli::engineio;
using ocelli::test_support::http_client;
using ocelli::test_support::websocket_client;

namespace {

server_options options_with(std::vector<std::string> origins) {
  auto options = patient_options();
  options.cors_origins = std::move(origins);
  return options;
}

} // namespace

TEST_CASE("Requests outside the endpoint are answered by the application, without a body to HEAD") {
  echo_server server(patient_options());
  http_client client(server.port());
  auto get = client.get("/healthz?verbose");
  CHECK(get.status == 200);
  CHECK(get.fields["content-type"] == "text/plain");
  CHECK(get.body == "GET ok");
  client.send("HEAD", "/healthz");
  auto head = client.receive(true);
  CHECK(head.status == 200);
  CHECK(head.fields["content-length"] == "7");
  CHECK(client.get("/nothing").status == 404);
  CHECK(client.get("/").status == 404);
}

TEST_CASE("A request with a body that nobody reads ends its connection") {
  echo_server server(patient_options());
  http_client client(server.port());
  client.send("POST", "/healthz", "GET /engine.io/ HTTP/1.1\r\n\r\n");
  CHECK(client.receive().body == "POST ok");
  CHECK(client.read_to_end().empty());
}

TEST_CASE("Several requests at once are answered in order on one connection") {
  echo_server server(patient_options());
  http_client client(server.port());
  std::string requests;
  for (int i = 0; i < 100; ++i)
    requests += "GET /healthz HTTP/1.1\r\n\r\n";
  REQUIRE(client.write(requests));
  for (int i = 0; i < 100; ++i)
    REQUIRE(client.receive().body == "GET ok");
}

TEST_CASE("Requests that wait behind a poll are served after it") {
  echo_server server(patient_options());
  http_client client(server.port());
  auto target = polling_target + "&sid=" + session_id_of(client.get(polling_target).body);
  std::string requests = "GET " + target + " HTTP/1.1\r\n\r\n";
  for (int i = 0; i < 100; ++i)
    requests += "GET /healthz HTTP/1.1\r\n\r\n";
  REQUIRE(client.write(requests));
  REQUIRE(http_client(server.port()).post(target, "4x").body == "ok");
  CHECK(client.receive().body == "4x");
  for (int i = 0; i < 100; ++i)
    REQUIRE(client.receive().body == "GET ok");
}

TEST_CASE("HTTP/1.0 is answered and the connection closed") {
  echo_server server(patient_options());
  http_client client(server.port());
  REQUIRE(client.write("GET /healthz HTTP/1.0\r\n\r\n"));
  auto answer = client.read_to_end();
  CHECK(answer.find("HTTP/1.0 200 OK\r\n") == 0);
  CHECK(answer.find("GET ok") != std::string::npos);
}

TEST_CASE("Broken headers are refused and the connection closed") {
  auto options = patient_options();
  options.header_bytes = 4096;
  echo_server server(options);
  auto [request, status] = GENERATE(table<std::string, std::string>({
      {"nonsense\r\n\r\n", "400"},
      {"GET  / HTTP/1.1\r\n\r\n", "400"},
      {"GET / HTTP/9.9\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nNo colon\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nOrigin: a\x01"
       "b\r\n\r\n",
          "400"},
      {"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"},
      {"GET /?" + std::string(5000, 'x') + " HTTP/1.1\r\n\r\n", "431"},
      {"GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n", "431"},
      {"GET / HTTP/1.1\r\n" + std::string(50'000, '\n'), "400"},
      {std::string("\x16\x03\x01\x02\x00\x01\x00", 7) + "\r\n\r\n", "400"},
  }));
  http_client client(server.port());
  client.write(request);
  CHECK(client.read_to_end().substr(0, 12) == "HTTP/1.1 " + status);
  CHECK(http_client(server.port()).get("/healthz").status == 200);
}

TEST_CASE("A header of thousands of lines is refused") {
  echo_server server(patient_options());
  http_client client(server.port());
  std::string request = "GET " + websocket_target + " HTTP/1.1\r\n";
  for (int i = 0; i < 5000; ++i)
    request += "A: b\r\n";
  client.write(request + "\r\n");
  CHECK(client.read_to_end().substr(0, 12) == "HTTP/1.1 431");
}

TEST_CASE("A request with too many parameters is refused") {
  echo_server server(patient_options());
  std::string target = polling_target;
  for (int i = 0; i < 200; ++i)
    target += "&a=b";
  CHECK(http_client(server.port()).get(target).body == R"({"code":3,"message":"Bad request"})");
}

TEST_CASE("A client that is slow with its header or body is dropped") {
  auto options = patient_options();
  options.header_timeout = std::chrono::milliseconds(100);
  options.body_timeout = std::chrono::milliseconds(100);
  echo_server server(options);
  SECTION("nothing sent") { CHECK(http_client(server.port()).read_to_end().empty()); }
  SECTION("half a header") {
    http_client client(server.port());
    REQUIRE(client.write("GET / HT"));
    CHECK(client.read_to_end().empty());
  }
  SECTION("between requests") {
    http_client client(server.port());
    CHECK(client.get("/healthz").status == 200);
    CHECK(client.read_to_end().empty());
  }
  SECTION("half a body") {
    http_client client(server.port());
    auto target = polling_target + "&sid=" + session_id_of(client.get(polling_target).body);
    REQUIRE(client.write("POST " + target + " HTTP/1.1\r\nContent-Length: 10\r\n\r\n4"));
    CHECK(client.read_to_end().empty());
    CHECK(server.wait_for_closes(1));
  }
}

TEST_CASE("With all origins allowed the caller's is echoed, with credentials") {
  echo_server server(options_with({"*"}));
  http_client client(server.port());
  auto with = client.request("GET", polling_target, {}, {{"Origin", "https://page.example"}});
  CHECK(with.status == 200);
  CHECK(with.fields["access-control-allow-origin"] == "https://page.example");
  CHECK(with.fields["access-control-allow-credentials"] == "true");
  CHECK(with.fields["vary"] == "Origin");
  auto without = client.get(polling_target);
  CHECK(without.fields["access-control-allow-origin"] == "*");
  CHECK(without.fields.count("access-control-allow-credentials") == 0);
  auto wrong = client.request("GET", "/engine.io/", {}, {{"Origin", "https://page.example"}});
  CHECK(wrong.status == 400);
  CHECK(wrong.fields["access-control-allow-origin"] == "https://page.example");
}

TEST_CASE("A preflight is answered with what is allowed") {
  echo_server server(options_with({"https://page.example"}));
  http_client client(server.port());
  auto answer = client.request("OPTIONS", polling_target, {},
      {{"Origin", "https://page.example"}, {"Access-Control-Request-Headers", "x-token"}});
  CHECK(answer.status == 204);
  CHECK(answer.fields["access-control-allow-origin"] == "https://page.example");
  CHECK(answer.fields["access-control-allow-methods"] == "GET,HEAD,PUT,PATCH,POST,DELETE");
  CHECK(answer.fields["access-control-allow-headers"] == "x-token");
  CHECK(answer.body.empty());
}

TEST_CASE("With a list of origins others are refused over both transports, and programs without "
          "origin are not") {
  echo_server server(options_with({"https://page.example"}));
  http_client client(server.port());
  auto refused = client.request("GET", polling_target, {}, {{"Origin", "https://evil.example"}});
  CHECK(refused.status == 403);
  CHECK(refused.body == R"({"code":4,"message":"Forbidden"})");
  CHECK(refused.fields.count("access-control-allow-origin") == 0);
  CHECK(
      client.request("OPTIONS", polling_target, {}, {{"Origin", "https://evil.example"}}).status ==
      403);
  CHECK_THROWS_AS(
      websocket_client(server.port(), websocket_target, {{"Origin", "https://evil.example"}}),
      boost::system::system_error);
  CHECK(server.server().sessions() == 0);
  CHECK(client.request("GET", polling_target, {}, {{"Origin", "https://page.example"}}).status ==
        200);
  CHECK(client.get(polling_target).status == 200);
  websocket_client allowed(server.port(), websocket_target, {{"Origin", "https://page.example"}});
  CHECK(allowed.receive_text().front() == '0');
}
