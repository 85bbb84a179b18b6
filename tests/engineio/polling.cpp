#include "engineio/echo_server.hpp"
#include "support/engineio_client.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <string>

using namespace ocelli::engineio;
using ocelli::test_support::http_client;

namespace {

/// Opens a session over polling; the target of its further requests.
std::string open_session(echo_server& server) {
  auto answer = http_client(server.port()).get(polling_target);
  REQUIRE(answer.status == 200);
  return polling_target + "&sid=" + session_id_of(answer.body);
}

} // namespace

TEST_CASE("A polling handshake answers with the open packet") {
  echo_server server(patient_options());
  auto answer = http_client(server.port()).get(polling_target);
  CHECK(answer.status == 200);
  CHECK(answer.fields["content-type"] == "text/plain; charset=UTF-8");
  CHECK(answer.fields["cache-control"] == "no-store");
  CHECK(answer.fields.count("access-control-allow-origin") == 0);
  auto id = session_id_of(answer.body);
  CHECK(id.size() == 20);
  CHECK(
      answer.body ==
      "0{\"sid\":\"" + id +
          R"(","upgrades":["websocket"],"pingInterval":600000,"pingTimeout":600000,"maxPayload":1000000})");
  CHECK(server.server().sessions() == 1);
}

TEST_CASE("The handshake tells the upper layer what the client sent") {
  echo_server server(patient_options());
  http_client(server.port())
      .request("GET", polling_target + "&token=a%20b", {}, {{"X-Test", "Yes"}});
  REQUIRE(server.wait_for_opens(1));
  auto session = server.opened().at(0);
  CHECK(session->transport() == "polling");
  const auto& request = session->request();
  CHECK(request.remote_address == "127.0.0.1");
  CHECK(request.remote_port > 0);
  CHECK(request.target == polling_target + "&token=a%20b");
  REQUIRE(request.query.size() == 3);
  CHECK(request.query[2] == std::pair<std::string, std::string>("token", "a b"));
  REQUIRE(request.headers.size() == 2);
  CHECK(request.headers[1] == std::pair<std::string, std::string>("x-test", "Yes"));
}

TEST_CASE("Invalid requests get the reference's errors") {
  echo_server server(patient_options());
  auto [method, query, status,
      body] = GENERATE(table<std::string, std::string, unsigned, std::string>({
      {"GET", "?transport=polling", 400, R"({"code":5,"message":"Unsupported protocol version"})"},
      {"GET", "?EIO=abc&transport=polling", 400,
          R"({"code":5,"message":"Unsupported protocol version"})"},
      {"GET", "?EIO=3&transport=polling", 400,
          R"({"code":5,"message":"Unsupported protocol version"})"},
      {"GET", "?EIO=4&EIO=4&transport=polling", 400,
          R"({"code":5,"message":"Unsupported protocol version"})"},
      {"GET", "?EIO=4", 400, R"({"code":0,"message":"Transport unknown"})"},
      {"GET", "", 400, R"({"code":0,"message":"Transport unknown"})"},
      {"GET", "?EIO=4&transport=abc", 400, R"({"code":0,"message":"Transport unknown"})"},
      {"GET", "?EIO=4&transport=constructor", 400, R"({"code":0,"message":"Transport unknown"})"},
      {"GET", "?EIO=4&transport=__proto__", 400, R"({"code":0,"message":"Transport unknown"})"},
      {"GET", "?EIO=4&transport=polling&transport=polling", 400,
          R"({"code":0,"message":"Transport unknown"})"},
      {"POST", "?EIO=4&transport=polling", 400, R"({"code":2,"message":"Bad handshake method"})"},
      {"PUT", "?EIO=4&transport=polling", 400, R"({"code":2,"message":"Bad handshake method"})"},
      {"OPTIONS", "?EIO=4&transport=polling", 400,
          R"({"code":2,"message":"Bad handshake method"})"},
      {"HEAD", "?EIO=4&transport=polling", 400, ""},
      {"GET", "?EIO=4&transport=polling&sid=abc", 400,
          R"({"code":1,"message":"Session ID unknown"})"},
      {"GET", "?EIO=4&transport=polling&sid=__proto__", 400,
          R"({"code":1,"message":"Session ID unknown"})"},
      {"GET", "?EIO=4&transport=polling&sid=a&sid=b", 400,
          R"({"code":1,"message":"Session ID unknown"})"},
      {"POST", "?EIO=4&transport=polling&sid=%00", 400,
          R"({"code":1,"message":"Session ID unknown"})"},
      {"GET", "?EIO=4&transport=websocket", 400, R"({"code":3,"message":"Bad request"})"},
      {"GET", "elsewhere?EIO=4&transport=polling", 404, ""},
  }));
  auto answer = http_client(server.port()).request(method, "/engine.io/" + query);
  CHECK(answer.status == status);
  CHECK(answer.body == body);
  CHECK(server.server().sessions() == 0);
}

TEST_CASE("A request that does not fit its session is refused and the session stays") {
  echo_server server(patient_options());
  auto target = open_session(server);
  auto id = target.substr(target.find("&sid="));
  CHECK(http_client(server.port()).get("/engine.io/?EIO=4&transport=websocket" + id).body ==
        R"({"code":3,"message":"Bad request"})");
  CHECK(http_client(server.port()).get("/engine.io/?EIO=3&transport=polling" + id).body ==
        R"({"code":3,"message":"Bad request"})");
  auto put = http_client(server.port()).request("PUT", target);
  CHECK(put.status == 500);
  CHECK(put.body.empty());
  CHECK(http_client(server.port()).post(target, "4x").body == "ok");
}

TEST_CASE("The last slash of the path may be left out") {
  echo_server server(patient_options());
  CHECK(http_client(server.port()).get("/engine.io?EIO=4&transport=polling").status == 200);
}

TEST_CASE("Messages that are posted come back, all of one payload in one answer") {
  echo_server server(patient_options());
  auto target = open_session(server);
  auto payload = GENERATE(as<std::string>(), "4hello", "4",
      "4test1\x1e"
      "4test2\x1e"
      "4test3",
      "4hello\x1e"
      "bAQIDBA==",
      "b\x1e"
      "4\xc3\xa4");
  http_client client(server.port());
  auto posted = client.post(target, payload);
  CHECK(posted.status == 200);
  CHECK(posted.body == "ok");
  CHECK(posted.fields["content-type"] == "text/html");
  CHECK(client.get(target).body == payload);
}

TEST_CASE("A poll waits until there is something to say") {
  echo_server server(patient_options());
  auto target = open_session(server);
  http_client waiting(server.port());
  waiting.send("GET", target);
  CHECK(http_client(server.port()).post(target, "4hello").body == "ok");
  CHECK(waiting.receive().body == "4hello");
}

TEST_CASE("A body may come in chunks of one byte, or after an interim answer") {
  echo_server server(patient_options());
  auto target = open_session(server);
  http_client client(server.port());
  std::string head = "POST " + target + " HTTP/1.1\r\nHost: localhost\r\n";
  SECTION("chunks") {
    std::string text = head + "Transfer-Encoding: chunked\r\n\r\n1\r\n4\r\n";
    for (int i = 0; i < 5000; ++i)
      text += "1\r\nx\r\n";
    REQUIRE(client.write(text + "0\r\n\r\n"));
    CHECK(client.receive().body == "ok");
    CHECK(client.get(target).body == "4" + std::string(5000, 'x'));
  }
  SECTION("interim answer") {
    REQUIRE(client.write(head + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
    CHECK(client.receive().status == 100);
    REQUIRE(client.write("4x"));
    CHECK(client.receive().body == "ok");
    CHECK(client.get(target).body == "4x");
  }
}

TEST_CASE("A payload of many packets is answered in polls of at most 16") {
  echo_server server(patient_options());
  auto target = open_session(server);
  std::string payload = "40";
  for (int i = 1; i < 40; ++i)
    payload += "\x1e"
               "4" +
               std::to_string(i);
  http_client client(server.port());
  REQUIRE(client.post(target, payload).body == "ok");
  std::string answers;
  for (std::size_t expected : {16U, 16U, 8U}) {
    auto body = client.get(target).body;
    auto separators = static_cast<std::size_t>(std::count(body.begin(), body.end(), '\x1e'));
    CHECK(separators + 1 == expected);
    answers += (answers.empty() ? "" : "\x1e") + body;
  }
  CHECK(answers == payload);
}

TEST_CASE("What is no packet closes the session") {
  echo_server server(patient_options());
  auto target = open_session(server);
  auto [payload, status] = GENERATE(table<std::string, unsigned>({
      {"abc", 400},
      {"", 200},
      {"2", 200},
      {"7", 400},
      {"4ok\x1e", 400},
      {"b****", 400},
      {"bAQ", 400},
      {"4\xff", 400},
  }));
  CHECK(http_client(server.port()).post(target, payload).status == status);
  REQUIRE(server.wait_for_closes(1));
  CHECK(http_client(server.port()).get(target).body ==
        R"({"code":1,"message":"Session ID unknown"})");
}

TEST_CASE("Packets that mean nothing from a client are ignored") {
  echo_server server(patient_options());
  auto target = open_session(server);
  http_client client(server.port());
  CHECK(client
            .post(target, "0\x1e"
                          "3\x1e"
                          "5\x1e"
                          "6\x1e"
                          "4x")
            .body == "ok");
  CHECK(client.get(target).body == "4x");
}

TEST_CASE("Binary content is refused and closes the session") {
  echo_server server(patient_options());
  auto target = open_session(server);
  for (int i = 0; i < 3; ++i)
    CHECK(http_client(server.port())
              .request("POST", target, "4x", {{"Content-Type", "application/octet-stream"}})
              .status == 400);
  REQUIRE(server.wait_for_closes(1));
  CHECK(server.received().empty());
}

TEST_CASE("Two polls at once close the session") {
  echo_server server(patient_options());
  auto target = open_session(server);
  http_client first(server.port());
  http_client second(server.port());
  first.send("GET", target);
  second.send("GET", target);
  auto one = first.receive();
  auto other = second.receive();
  if (one.status != 200)
    std::swap(one, other);
  CHECK(one.body == "1");
  CHECK(other.status == 400);
  REQUIRE(server.wait_for_closes(1));
  CHECK(http_client(server.port()).get(target).status == 400);
}

TEST_CASE("A poll that is cancelled closes the session") {
  echo_server server(patient_options());
  auto target = open_session(server);
  auto with_reset = GENERATE(false, true);
  {
    http_client client(server.port());
    client.send("GET", target);
    // one thread serves both connections, so the poll waits when this has been answered
    REQUIRE(http_client(server.port()).get("/healthz").status == 200);
    REQUIRE(http_client(server.port()).get("/healthz").status == 200);
    if (with_reset)
      client.reset();
  }
  REQUIRE(server.wait_for_closes(1));
  CHECK(server.reasons() == std::vector{close_reason::transport_error});
  CHECK(http_client(server.port()).get(target).status == 400);
}

TEST_CASE("A client that vanishes in the middle of a payload is closed") {
  echo_server server(patient_options());
  auto target = open_session(server);
  {
    http_client client(server.port());
    REQUIRE(client.write("POST " + target + " HTTP/1.1\r\nContent-Length: 1000\r\n\r\n4half"));
  }
  REQUIRE(server.wait_for_closes(1));
  CHECK(server.received().empty());
}

TEST_CASE("Two payloads at once close the session") {
  echo_server server(patient_options());
  auto target = open_session(server);
  http_client first(server.port());
  // the answer says that the server is reading this body
  REQUIRE(first.write(
      "POST " + target + " HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
  REQUIRE(first.receive().status == 100);
  CHECK(http_client(server.port()).post(target, "4x").status == 400);
  REQUIRE(server.wait_for_closes(1));
}

TEST_CASE("A client that closes gets an empty answer to its poll, sent before or after") {
  echo_server server(patient_options());
  auto target = open_session(server);
  http_client poller(server.port());
  auto poll_first = GENERATE(true, false);
  if (poll_first)
    poller.send("GET", target);
  CHECK(http_client(server.port()).post(target, "1").body == "ok");
  if (!poll_first)
    poller.send("GET", target);
  auto answer = poller.receive();
  CHECK(answer.status == 200);
  CHECK(answer.body == "6");
  CHECK(poller.get(target).body == R"({"code":1,"message":"Session ID unknown"})");
  CHECK(server.wait_for_closes(1));
  CHECK(server.reasons() == std::vector{close_reason::transport_close});
}

TEST_CASE(
    "A session closed by the server tells its poll, and says everything it had to say before") {
  echo_server server(patient_options());
  std::atomic<bool> refused = true;
  server.on_message = [&refused](const session_ptr& session, const message& message) {
    if (message.data == "last words")
      session->send({{false, std::make_shared<const std::string>("bye")}});
    session->close(close_reason::forced_close);
    auto late = std::make_shared<const std::string>("late");
    refused = refused && session->send({{false, late}}) == send_result::closed;
  };
  auto target = open_session(server);
  http_client client(server.port());
  SECTION("a late poll") {
    CHECK(client
              .post(target, "4x\x1e"
                            "4ignored")
              .body == "ok");
    CHECK(client.get(target).body == "6\x1e"
                                     "1");
    CHECK(server.received() == std::vector<std::string>{"x"});
  }
  SECTION("a late poll with something queued") {
    CHECK(client.post(target, "4last words").body == "ok");
    CHECK(client.get(target).body == "4bye\x1e"
                                     "1");
  }
  SECTION("a waiting poll") {
    http_client waiting(server.port());
    waiting.send("GET", target);
    CHECK(client.post(target, "4x").body == "ok");
    auto body = waiting.receive().body;
    CHECK((body == "1" || body == "6\x1e"
                                  "1"));
  }
  CHECK(client.get(target).status == 400);
  CHECK(server.wait_for_closes(1));
  CHECK(server.reasons() == std::vector{close_reason::forced_close});
  CHECK(refused);
}

TEST_CASE("Heartbeats come over polling as long as they are answered") {
  echo_server server;
  auto target = open_session(server);
  http_client client(server.port());
  for (int i = 0; i < 3; ++i) {
    CHECK(client.get(target).body == "2");
    CHECK(client.post(target, "3").status == 200);
  }
  CHECK(server.reasons().empty());
}

TEST_CASE("A polling client that does not answer heartbeats is closed") {
  echo_server server;
  auto target = open_session(server);
  auto polls = GENERATE(false, true);
  http_client client(server.port());
  if (polls) {
    CHECK(client.get(target).body == "2");
    CHECK(client.get(target).body == "1");
  }
  REQUIRE(server.wait_for_closes(1));
  CHECK(server.reasons() == std::vector{close_reason::ping_timeout});
  CHECK(client.get(target).status == 400);
}
