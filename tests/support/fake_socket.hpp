#pragma once

#include "net/socketio/name_space.hpp"
#include "net/socketio/socket.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ocelli::test {

/// A client in one namespace without a network: tests see what was emitted. One thread.
class fake_socket final : public socketio::socket {
 public:
  struct emitted {
    std::string name;
    std::string arguments;
    bool operator==(const emitted&) const = default;
  };

  explicit fake_socket(std::string id = "public-id") : id_(std::move(id)) {
    request_.remote_address = "192.0.2.1";
  }

  const std::string& id() const noexcept override { return id_; }
  const socketio::name_space& name_space() const noexcept override { return *name_space_; }
  const engineio::handshake& request() const noexcept override { return request_; }
  const std::string& auth() const noexcept override { return auth_; }
  std::string_view transport() const noexcept override { return "websocket"; }
  bool connected() const noexcept override { return true; }
  bool recovered() const noexcept override { return false; }

  socketio::send_result emit(std::string_view name, std::string_view arguments,
      std::vector<engineio::outgoing_message>, bool is_volatile) override {
    dropped_some = dropped_some || is_volatile;
    if (result == socketio::send_result::accepted)
      sent.push_back({std::string{name}, std::string{arguments}});
    return result;
  }
  socketio::send_result emit_with_ack(std::string_view name, std::string_view arguments,
      std::chrono::milliseconds, socketio::answer_handler,
      std::vector<engineio::outgoing_message>) override {
    return emit(name, arguments, {}, false);
  }
  void disconnect(bool) override {}
  bool join(std::string_view) override { return false; }
  void leave(std::string_view) override {}
  std::vector<std::string> rooms() const override { return {}; }

  /// What every call of `emit` returns.
  socketio::send_result result = socketio::send_result::accepted;
  std::vector<emitted> sent;
  /// True when something was sent that may be dropped.
  bool dropped_some = false;

 private:
  socketio::send_result send_encoded(const engineio::message_group&, bool) override {
    return result;
  }

  std::string id_;
  std::string auth_ = "{}";
  std::shared_ptr<const socketio::name_space> name_space_ =
      std::make_shared<socketio::name_space>("/");
  engineio::handshake request_;
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
