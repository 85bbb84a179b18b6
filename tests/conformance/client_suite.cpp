#include "conformance/fixtures.hpp"
#include "net/socketio/arguments.hpp"
#include "net/socketio/json.hpp"

#include <boost/asio/steady_timer.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <any>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ocelli::conformance {

using namespace std::chrono_literals;

using socketio::event;
using socketio::json_string;
using socketio::socket_ptr;

namespace {

constexpr const char* placeholder = R"({"_placeholder":true,"num":0})";

using name_list = std::vector<std::pair<std::string, std::string>>;

/// A date as JavaScript writes it, in quotes.
std::string json_date(std::chrono::system_clock::time_point time) {
  auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time);
  auto seconds = std::chrono::floor<std::chrono::seconds>(milliseconds);
  return fmt::format(
      R"("{:%Y-%m-%dT%H:%M:%S}.{:03}Z")", fmt::gmtime(seconds), (milliseconds - seconds).count());
}

std::string json_now() { return json_date(std::chrono::system_clock::now()); }

std::string json_object(const name_list& members) {
  std::string json;
  for (const auto& [name, value] : members)
    json += (json.empty() ? "" : ",") + json_string(name) + ":" + json_string(value);
  return "{" + json + "}";
}

/// As the reference's `socket.handshake`.
std::string json_handshake(const socketio::socket& client) {
  const auto& request = client.request();
  const auto issued =
      std::chrono::duration_cast<std::chrono::milliseconds>(request.time.time_since_epoch());
  return fmt::format(
      R"({{"headers":{},"time":{},"address":{},"xdomain":{},"secure":{},"issued":{},"url":{},"query":{},"auth":{}}})",
      json_object(request.headers), json_date(request.time), json_string(request.remote_address),
      request.header("origin").has_value(), request.secure, issued.count(),
      json_string(request.target), json_object(request.query), client.auth());
}

bool is_binary(const event& incoming, std::string_view value) {
  return socketio::find_attachment(incoming.attachments, value) != nullptr;
}

bool has_binary(const event& incoming) {
  return is_binary(incoming, socketio::argument_at(incoming.arguments, 0).value_or(""));
}

/// `{"hello":"lol","message":<binary>,"goodbye":"gotcha"}`
bool has_mixed(const event& incoming) {
  const auto object = socketio::argument_at(incoming.arguments, 0).value_or("");
  return socketio::find_string(object, "hello") == "lol" &&
         socketio::find_string(object, "goodbye") == "gotcha" &&
         is_binary(incoming, socketio::find_member(object, "message").value_or(""));
}

void emit_binary(const socket_ptr& client, std::string_view name) {
  client->emit(name, placeholder, {socketio::make_attachment("asdfasdf")});
}

/// Acknowledges with what `answer` makes of the client.
template <class Answer>
socketio::event_handler acknowledging(Answer answer) {
  return [answer](const socket_ptr& client, const event& incoming) {
    if (incoming.acknowledge)
      incoming.acknowledge(answer(*client));
  };
}

std::string json_id(const socketio::socket& client) { return json_string(client.id()); }

void bind_texts(socketio::namespace_handlers& clients) {
  clients.on("hi", [](const socket_ptr& client, const event&) { client->emit("hi", ""); });
  clients.on(
      "false", [](const socket_ptr& client, const event&) { client->emit("false", "false"); });
  clients.on("echo", [](const socket_ptr&, const event& incoming) {
    const auto value = socketio::argument_at(incoming.arguments, 0).value_or("");
    if (incoming.acknowledge)
      incoming.acknowledge(std::string(value), socketio::copy_attachments(incoming.attachments));
  });
  clients.on("ack", [](const socket_ptr& client, const event&) {
    client->emit_with_ack("ack", "", 10s, [client](const socketio::answer& given) {
      socketio::argument_reader reader(given.arguments);
      const auto number = reader.next_number();
      const auto object = reader.next().value_or("");
      if (number == 5 && socketio::find_member(object, "test") == "true")
        client->emit("got it", "");
    });
  });
  clients.on("getUtf8", [](const socket_ptr& client, const event&) {
    for (const auto* text :
        {"てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string"})
      client->emit("takeUtf8", json_string(text));
  });
  clients.on("getAckDate", acknowledging([](const auto&) { return json_now(); }));
  clients.on("getDate",
      [](const socket_ptr& client, const event&) { client->emit("takeDate", json_now()); });
  clients.on("getDateObj", [](const socket_ptr& client, const event&) {
    client->emit("takeDateObj", R"({"date":)" + json_now() + "}");
  });
  clients.on("getHandshake", acknowledging(json_handshake));
  clients.on("getId", acknowledging(json_id));
}

void bind_binary(socketio::namespace_handlers& clients) {
  clients.on("doge", [](const socket_ptr& client, const event&) { emit_binary(client, "doge"); });
  clients.on(
      "getbin", [](const socket_ptr& client, const event&) { emit_binary(client, "takebin"); });
  for (const auto& [name, answer] : {std::pair("buffa", "buffack"), std::pair("blob", "back")}) {
    clients.on(name, [answer = answer](const socket_ptr& client, const event& incoming) {
      if (has_binary(incoming))
        client->emit(answer, "");
    });
  }
  for (const auto& [name, answer] :
      {std::pair("jsonbuff", "jsonbuff-ack"), std::pair("jsonblob", "jsonblob-ack")}) {
    clients.on(name, [answer = answer](const socket_ptr& client, const event& incoming) {
      if (has_mixed(incoming))
        client->emit(answer, "");
    });
  }
}

/// Events that must come in this order; the last one is answered.
void bind_ordered(socketio::namespace_handlers& clients) {
  clients.on_connection(
      [](const socket_ptr& client) { client->data() = std::set<std::string, std::less<>>(); });
  const auto seen = [](const socket_ptr& client) -> auto& {
    return std::any_cast<std::set<std::string, std::less<>>&>(client->data());
  };
  for (const auto* name : {"abuff1", "blob1"}) {
    clients.on(name, [seen](const socket_ptr& client, const event& incoming) {
      if (has_binary(incoming))
        seen(client).emplace(incoming.name);
    });
  }
  clients.on("abuff2", [seen](const socket_ptr& client, const event&) {
    if (seen(client).contains("abuff1"))
      client->emit("abuff2-ack", "");
  });
  clients.on("blob2", [seen](const socket_ptr& client, const event& incoming) {
    if (seen(client).contains("blob1") && incoming.arguments == R"("second")")
      seen(client).emplace("blob2");
  });
  clients.on("blob3", [seen](const socket_ptr& client, const event& incoming) {
    if (seen(client).contains("blob2") && has_binary(incoming))
      client->emit("blob3-ack", "");
  });
}

} // namespace

socketio::server_options client_suite_options() {
  socketio::server_options options;
  options.engine.port = 3210;
  options.engine.ping_interval = 2s;
  options.recovery.enabled = true;
  return options;
}

void bind_client_suite(socketio::server& server, boost::asio::io_context& io) {
  server.on_handshake([&io](const engineio::handshake&, const std::function<void(bool)>& answer) {
    const auto delay = std::make_shared<boost::asio::steady_timer>(io, 10ms);
    delay->async_wait([delay, answer](boost::system::error_code) { answer(true); });
  });

  auto& clients = server.of("/");
  clients.use([](const socket_ptr& client, const socketio::continuation& next) {
    if (client->request().query_value("fail").value_or("").empty())
      next();
    else
      next.refuse("Auth failed (main namespace)");
  });
  bind_texts(clients);
  bind_binary(clients);
  bind_ordered(clients);

  for (const auto* name : {"/timeout_socket", "/valid", "/asd"})
    server.of(name);
  server.of("/foo").on("getId", acknowledging(json_id));
  server.of("/abc").on_connection(
      [](const socket_ptr& client) { client->emit("handshake", json_handshake(*client)); });
  server.of("/no").use([](const socket_ptr&, const socketio::continuation& next) {
    next.refuse("Auth failed (custom namespace)");
  });
}

} // namespace ocelli::conformance
