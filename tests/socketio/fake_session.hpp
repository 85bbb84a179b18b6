#pragma once

#include "net/engineio/session.hpp"
#include "socketio/messages.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ocelli::socketio::tests {

/// A session without a transport: records what is sent, and plays the client.
class fake_session final : public engineio::session {
 public:
  explicit fake_session(boost::asio::io_context& context) : context_(context) {
    handshake_.remote_address = "192.0.2.1";
    handshake_.query = {{"EIO", "4"}, {"token", "q"}};
  }

  const std::string& id() const noexcept override { return id_; }
  const engineio::handshake& request() const noexcept override { return handshake_; }
  boost::asio::any_io_executor executor() const noexcept override {
    return context_.get_executor();
  }
  std::string_view transport() const noexcept override { return "websocket"; }

  engineio::send_result send(engineio::message_group group, bool is_volatile) override {
    if (closed)
      return engineio::send_result::closed;
    if (is_full)
      return engineio::send_result::full;
    volatile_flags.push_back(is_volatile);
    for (const auto& message : group)
      sent.push_back((message.binary ? "binary:" : "") + *message.data);
    groups.push_back(std::move(group));
    return engineio::send_result::accepted;
  }

  void close(engineio::close_reason reason) override {
    if (closed)
      return;
    closed = reason;
    boost::asio::post(context_, [this, self = shared_from_this()] { handler->on_close(*closed); });
  }

  /// The client sends a text message, then everything that is ready runs.
  void receive(std::string_view text) {
    handler->on_message(make_message(text), std::chrono::steady_clock::now());
    run_ready();
  }

  /// The client sends a binary message.
  void receive_binary(std::string_view bytes) {
    handler->on_message(make_message(bytes, true), std::chrono::steady_clock::now());
    run_ready();
  }

  /// The transport ends.
  void end(engineio::close_reason reason) {
    closed = reason;
    handler->on_close(reason);
    run_ready();
  }

  void run_ready() {
    context_.restart();
    context_.poll();
  }

  /// What was sent since the last call.
  std::vector<std::string> take_sent() { return std::exchange(sent, {}); }

  std::unique_ptr<engineio::session_handler> handler;
  std::optional<engineio::close_reason> closed;
  bool is_full = false;
  std::vector<std::string> sent;
  std::vector<engineio::message_group> groups;
  std::vector<bool> volatile_flags;

 private:
  boost::asio::io_context& context_;
  std::string id_ = "secret-engine-io-id";
  engineio::handshake handshake_;
};

} // namespace ocelli::socketio::tests
