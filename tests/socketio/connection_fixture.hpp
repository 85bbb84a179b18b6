#pragma once

#include "net/socketio/connection.hpp"
#include "socketio/echo.hpp"
#include "socketio/fake_session.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ocelli::socketio::tests {

using strings = std::vector<std::string>;

/// A connection on a fake session, with a server that echoes: namespaces `/` and `/custom` emit
/// `auth` on connection; `message` comes back as `message-back`, `message-with-ack` as its
/// acknowledgement.
struct connection_fixture {
  connection_fixture() {
    watch(settings->namespaces->of("/"));
    watch(settings->namespaces->of("/custom"));
  }

  connection_fixture(const connection_fixture&) = delete;
  connection_fixture& operator=(const connection_fixture&) = delete;
  ~connection_fixture() { release(); }

  /// Opens the session, after the settings have been changed as a test needs them.
  void open() {
    release();
    session = std::make_shared<fake_session>(context);
    session->handler = make_session_handler(session, settings);
  }

  /// Opens the session and joins namespace `/`.
  void open_and_join() {
    open();
    session->receive("0");
    session->take_sent();
  }

  /// Opens the session of one more client, which sends `packet`.
  std::shared_ptr<fake_session> open_another(std::string_view packet = "0") {
    others.push_back(std::make_shared<fake_session>(context));
    others.back()->handler = make_session_handler(others.back(), settings);
    others.back()->receive(packet);
    return others.back();
  }

  /// Sends the text and gives what comes back.
  strings exchange(std::string_view text) {
    session->receive(text);
    return session->take_sent();
  }

  /// Drops the handlers, as sessions do at their end.
  void release() {
    if (session)
      session->handler.reset();
    for (const auto& other : others)
      other->handler.reset();
  }

  /// Serves clients, and notes who joins and why they leave.
  void watch(namespace_handlers& clients) {
    serve(clients);
    clients.on_connection([this](const socket_ptr& client) {
      sockets.push_back(client);
      greet(client);
    });
    clients.on_disconnect(
        [this](const socket_ptr&, std::string_view reason) { reasons.emplace_back(reason); });
  }

  boost::asio::io_context context;
  std::shared_ptr<connection_settings> settings = std::make_shared<connection_settings>();
  std::vector<socket_ptr> sockets;
  strings reasons;
  std::shared_ptr<fake_session> session;
  std::vector<std::shared_ptr<fake_session>> others;
};

} // namespace ocelli::socketio::tests
