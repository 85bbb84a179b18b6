#pragma once

#include "net/socketio/socket.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ocelli::test {

/// A client in one namespace without a network: tests send events for it and see what was emitted.
/// One thread.
class fake_socket final : public socketio::socket {
 public:
  struct emitted {
    std::string name;
    std::string arguments;
    bool operator==(const emitted&) const = default;
  };

  fake_socket() { handshake_.request.remote_address = "192.0.2.1"; }

  const std::string& id() const noexcept override { return id_; }
  const std::string& name_space() const noexcept override { return name_space_; }
  const socketio::handshake& request() const noexcept override { return handshake_; }
  std::string_view transport() const noexcept override { return "websocket"; }

  socketio::send_result emit(std::string_view name, std::string_view arguments,
      std::vector<engineio::outgoing_message>, bool is_volatile) override {
    dropped_some = dropped_some || is_volatile;
    if (result == socketio::send_result::accepted)
      sent.push_back({std::string{name}, std::string{arguments}});
    return result;
  }
  void disconnect(bool) override {}
  void on_event(std::function<void(socketio::event)> handler) override {
    event_handler_ = std::move(handler);
  }
  void on_disconnect(std::function<void(std::string_view)> handler) override {
    disconnect_handler_ = std::move(handler);
  }

  /// The client sends an event.
  void receive(socketio::event incoming) { event_handler_(std::move(incoming)); }
  /// The client leaves.
  void leave(std::string_view reason) { disconnect_handler_(reason); }

  /// What every call of `emit` returns.
  socketio::send_result result = socketio::send_result::accepted;
  std::vector<emitted> sent;
  /// True when something was sent that may be dropped.
  bool dropped_some = false;

 private:
  std::string id_ = "public-id";
  std::string name_space_ = "/";
  socketio::handshake handshake_;
  std::function<void(socketio::event)> event_handler_;
  std::function<void(std::string_view)> disconnect_handler_;
};

/// An event as the library hands it over; `arguments` are JSON values, comma separated.
inline socketio::event make_event(
    std::string name, std::string arguments, std::vector<std::string> attachments = {}) {
  struct text {
    std::string name;
    std::string arguments;
  };
  auto size = arguments.size();
  arguments.append(engineio::message::padding, '\0');
  auto owner = std::make_shared<const text>(text{std::move(name), std::move(arguments)});
  socketio::event result;
  result.name = owner->name;
  result.arguments = std::string_view{owner->arguments}.substr(0, size);
  for (auto& bytes : attachments) {
    auto kept = std::make_shared<const std::string>(std::move(bytes));
    result.attachments.push_back({*kept, kept});
  }
  result.received = std::chrono::steady_clock::now();
  result.owner = owner;
  return result;
}

} // namespace ocelli::test
