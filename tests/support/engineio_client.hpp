#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ocelli::test_support {

/// Header fields, names in lower case.
using header_fields = std::map<std::string, std::string>;

/// An HTTP answer as it was received.
struct http_answer {
  unsigned status = 0;
  header_fields fields;
  std::string body;
};

/// One TCP connection to 127.0.0.1 that speaks HTTP/1.1, blocking. What fails throws
/// `boost::system::system_error`.
class http_client {
 public:
  explicit http_client(std::uint16_t port);
  http_client(http_client&&) noexcept;
  ~http_client();

  http_answer request(std::string_view method, std::string_view target, std::string_view body = {},
      const header_fields& fields = {});
  http_answer get(std::string_view target) { return request("GET", target); }
  http_answer post(std::string_view target, std::string_view body) {
    return request("POST", target, body);
  }
  /// The first half of `request`.
  void send(std::string_view method, std::string_view target, std::string_view body = {},
      const header_fields& fields = {});
  /// The second half of `request`.
  http_answer receive(bool head = false);
  /// Writes bytes as they are; false when the peer has closed.
  bool write(std::string_view bytes);
  /// Reads until the peer has closed; what was read.
  std::string read_to_end();
  /// Closes with a reset instead of an orderly end.
  void reset();

 private:
  struct implementation;
  std::unique_ptr<implementation> self_;
};

/// One WebSocket to 127.0.0.1, blocking.
class websocket_client {
 public:
  struct message {
    bool binary = false;
    std::string data;
    bool operator==(const message&) const = default;
  };

  /// Does the WebSocket handshake; throws `boost::system::system_error` when it is refused.
  websocket_client(std::uint16_t port, std::string_view target, const header_fields& fields = {});
  websocket_client(websocket_client&&) noexcept;
  ~websocket_client();

  void send(std::string_view text);
  void send_binary(std::string_view bytes);
  /// Sends part of a text message; the next parts follow until one is `last`.
  void send_part(std::string_view part, bool last);
  /// Writes bytes as they are, below WebSocket; false when the peer has closed.
  bool write(std::string_view bytes);
  /// The next message; nullopt when the connection has ended.
  std::optional<message> receive();
  /// The next message's data; empty when the connection has ended.
  std::string receive_text();
  /// Reads until the connection has ended; the close code, 0 when there was none.
  std::uint16_t wait_for_close();
  /// Starts the closing handshake and waits for its end.
  void close();
  void reset();

 private:
  struct implementation;
  std::unique_ptr<implementation> self_;
};

} // namespace ocelli::test_support
