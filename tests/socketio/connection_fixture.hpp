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
    settings->namespaces["/"] = [this](const socket_ptr& socket) { accept(socket); };
    settings->namespaces["/custom"] = [this](const socket_ptr& socket) { accept(socket); };
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

  /// Sends the text and gives what comes back.
  strings exchange(std::string_view text) {
    session->receive(text);
    return session->take_sent();
  }

  /// Drops the handler, as a session does at its end.
  void release() {
    if (session)
      session->handler.reset();
  }

  void accept(const socket_ptr& socket) {
    sockets.push_back(socket);
    serve(socket);
    socket->on_disconnect([this](std::string_view reason) { reasons.emplace_back(reason); });
  }

  boost::asio::io_context context;
  std::shared_ptr<connection_settings> settings = std::make_shared<connection_settings>();
  std::vector<socket_ptr> sockets;
  strings reasons;
  std::shared_ptr<fake_session> session;
};

} // namespace ocelli::socketio::tests
