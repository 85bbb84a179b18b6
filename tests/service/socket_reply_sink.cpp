#include "net/service/socket_reply_sink.hpp"

#include "support/fake_socket.hpp"

#include <catch2/catch.hpp>

using namespace ocelli;
using actors::delivery;
using socketio::send_result;

namespace {

using emitted = std::vector<test::fake_socket::emitted>;

/// A client that waits for an acknowledgement, and what it got.
struct waiting_client {
  std::shared_ptr<std::vector<std::string>> got = std::make_shared<std::vector<std::string>>();
  send_result result = send_result::accepted;

  socketio::acknowledgement acknowledgement() const {
    return socketio::acknowledgement{
        [list = got, answer = result](std::string arguments, const auto&) {
          list->push_back(std::move(arguments));
          return answer;
        }};
  }
};

} // namespace

TEST_CASE("responses and tokens go to the socket, in order, and are never dropped") {
  auto socket = std::make_shared<test::fake_socket>();
  net::socket_reply_sink sink{socket};
  CHECK(sink.respond({"Bag", "1", {}}) == delivery::accepted);
  CHECK(sink.token("Be", "2") == delivery::accepted);
  CHECK(sink.respond({"Because", "2", {}}) == delivery::accepted);
  CHECK(socket->sent == emitted{{"response", R"({"message":"Bag","id":1})"},
                            {"token", R"({"delta":"Be","id":2})"},
                            {"response", R"({"message":"Because","id":2})"}});
  CHECK_FALSE(socket->dropped_some);
}

TEST_CASE("what became of a reply is told") {
  auto socket = std::make_shared<test::fake_socket>();
  net::socket_reply_sink sink{socket};
  auto [result, told] = GENERATE(table<send_result, delivery>({
      {send_result::accepted, delivery::accepted},
      {send_result::full, delivery::full},
      {send_result::closed, delivery::closed},
  }));
  socket->result = result;
  CHECK(sink.respond({"Bag", "", {}}) == told);
  CHECK(sink.token("Be", "") == told);
  waiting_client client{.result = result};
  CHECK(sink.acknowledge(sink.keep(client.acknowledgement()), {"Bag", "", {}}) == told);
}

TEST_CASE("a socket that is gone is closed") {
  auto socket = std::make_shared<test::fake_socket>();
  net::socket_reply_sink sink{socket};
  socket.reset();
  CHECK(sink.respond({"Bag", "", {}}) == delivery::closed);
  CHECK(sink.token("Be", "") == delivery::closed);
}

TEST_CASE("an acknowledgement fires once, with the object of its response") {
  auto socket = std::make_shared<test::fake_socket>();
  net::socket_reply_sink sink{socket};
  waiting_client first;
  waiting_client second;
  auto first_id = sink.keep(first.acknowledgement());
  auto second_id = sink.keep(second.acknowledgement());
  CHECK(sink.acknowledge(second_id, {"Coat", "", {}}) == delivery::accepted);
  CHECK(sink.acknowledge(first_id, {"Bag", R"("a")", {}}) == delivery::accepted);
  CHECK(sink.acknowledge(first_id, {"Bag", "", {}}) == delivery::closed);
  CHECK(*first.got == std::vector<std::string>{R"({"message":"Bag","id":"a"})"});
  CHECK(*second.got == std::vector<std::string>{R"({"message":"Coat"})"});
  CHECK(socket->sent.empty());
}

TEST_CASE("acknowledgements are forgotten when the client has left") {
  auto socket = std::make_shared<test::fake_socket>();
  net::socket_reply_sink sink{socket};
  waiting_client client;
  auto id = sink.keep(client.acknowledgement());
  sink.close();
  CHECK(sink.acknowledge(id, {"Bag", "", {}}) == delivery::closed);
  CHECK(client.got->empty());
}
