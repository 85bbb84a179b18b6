#pragma once

#include "net/engineio/server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ocelli::engineio {

/// The options of the protocol's own test suite.
inline server_options suite_options() {
  server_options options;
  options.host = "127.0.0.1";
  options.port = 0;
  options.ping_interval = std::chrono::milliseconds(300);
  options.ping_timeout = std::chrono::milliseconds(200);
  return options;
}

/// The same with heartbeats so rare that no test meets one.
inline server_options patient_options() {
  auto options = suite_options();
  options.ping_interval = std::chrono::minutes(10);
  options.ping_timeout = std::chrono::minutes(10);
  return options;
}

/// A running server that sends every message back, and remembers what happened.
class echo_server {
 public:
  explicit echo_server(server_options options = suite_options(), int threads = 1)
      : server_(io_, std::move(options)) {
    server_.on_open([this](const session_ptr& session) { return open(session); });
    server_.on_request([](const http_request& request) {
      if (request.path != "/healthz")
        return http_response{};
      return http_response{200, "text/plain", std::string(request.method) + " ok"};
    });
    server_.on_log([this](std::string_view, const std::string& line) {
      record([&] { log_.push_back(line); });
    });
    server_.listen();
    for (int i = 0; i < threads; ++i)
      threads_.emplace_back([this] { io_.run(); });
  }

  ~echo_server() { stop(); }

  /// Drops everything; that the threads end proves that nothing was left behind in the context.
  void stop() {
    server_.stop_listening();
    for (auto& thread : threads_)
      thread.join();
    threads_.clear();
  }

  engineio::server& server() { return server_; }
  std::uint16_t port() const { return server_.port(); }

  /// Waits until `condition` holds, which is asked whenever something happens. False after a long
  /// time.
  bool wait_until(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), condition);
  }
  /// Waits for the end of `count` sessions, and of every other one.
  bool wait_for_closes(std::size_t count) {
    return wait_until([&] {
      return reasons_.size() >= count && reasons_.size() == opened_.size();
    }) && server_.sessions() == 0;
  }
  bool wait_for_opens(std::size_t count) {
    return wait_until([&] { return opened_.size() >= count; });
  }
  bool wait_for_messages(std::size_t count) {
    return wait_until([&] { return received_.size() >= count; });
  }
  bool wait_for_log(const std::string& text) {
    return wait_until([&] {
      for (const auto& line : log_)
        if (line.find(text) != std::string::npos)
          return true;
      return false;
    });
  }

  std::vector<close_reason> reasons() { return copy(reasons_); }
  std::vector<session_ptr> opened() { return copy(opened_); }
  std::vector<std::string> received() { return copy(received_); }
  std::vector<std::string> log() { return copy(log_); }
  /// Called with every message instead of sending it back.
  std::function<void(const session_ptr&, const message&)> on_message;
  /// Called when a session opens.
  std::function<void(const session_ptr&)> on_open;

 private:
  struct handler : session_handler {
    handler(echo_server& owner, session_ptr session) : server(owner), client(std::move(session)) {}
    void on_message(message incoming, std::chrono::steady_clock::time_point) override {
      server.record([&] { server.received_.emplace_back(incoming.data); });
      if (server.on_message)
        return server.on_message(client, incoming);
      client->send({{incoming.binary, std::make_shared<const std::string>(incoming.data)}});
    }
    void on_close(close_reason reason) override {
      server.record([&] { server.reasons_.push_back(reason); });
    }
    echo_server& server;
    session_ptr client;
  };

  std::unique_ptr<session_handler> open(const session_ptr& session) {
    record([&] { opened_.push_back(session); });
    if (on_open)
      on_open(session);
    return std::make_unique<handler>(*this, session);
  }

  template <class Change>
  void record(Change change) {
    {
      std::lock_guard lock(mutex_);
      change();
    }
    changed_.notify_all();
  }

  template <class Values>
  Values copy(const Values& values) {
    std::lock_guard lock(mutex_);
    return values;
  }

  boost::asio::io_context io_;
  engineio::server server_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<session_ptr> opened_;
  std::vector<close_reason> reasons_;
  std::vector<std::string> received_;
  std::vector<std::string> log_;
};

/// The session id in an open packet.
inline std::string session_id_of(const std::string& open_packet) {
  const std::string key = R"("sid":")";
  auto begin = open_packet.find(key) + key.size();
  return open_packet.substr(begin, open_packet.find('"', begin) - begin);
}

inline const std::string polling_target = "/engine.io/?EIO=4&transport=polling";
inline const std::string websocket_target = "/engine.io/?EIO=4&transport=websocket";

} // namespace ocelli::engineio
