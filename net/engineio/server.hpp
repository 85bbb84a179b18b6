#pragma once

#include "net/engineio/options.hpp"
#include "net/engineio/server_statistics.hpp"
#include "net/engineio/session.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::engineio {

/// A request that is not for the endpoint's path.
struct http_request {
  std::string_view method;
  std::string_view path; ///< Without query.
};

/// The answer to it.
struct http_response {
  unsigned status = 404;
  std::string content_type = "text/plain; charset=UTF-8";
  std::string body;
};

/// An Engine.IO 4 server: listens, serves polling and WebSocket and the upgrade between them, and
/// hands messages to the layer above. Protocol: Engine.IO protocol, revision 4.
class server {
 public:
  /// Makes the handler of a new session, on the session's strand.
  using open_handler = std::function<std::unique_ptr<session_handler>(const session_ptr&)>;
  /// Says whether a client may open a session: `answer` is called once, now or later, on any
  /// thread. 403 when it is not, or not within `handshake_timeout`. Called on a connection's
  /// strand, from several threads; must not block. The reference's `allowRequest`.
  using handshake_handler =
      std::function<void(const handshake& opening, std::function<void(bool allowed)> answer)>;
  /// Answers a request outside the endpoint's path; quick, called on a connection's strand, from
  /// several threads.
  using request_handler = std::function<http_response(const http_request&)>;
  /// Receives what an operator should know (level "info", "warning", "error"), from any thread.
  using log_handler = std::function<void(std::string_view level, const std::string& line)>;

  server(boost::asio::io_context& context, server_options options);
  /// Everything must have ended: call `stop_listening`, run the context dry, then destroy.
  ~server();

  void on_open(open_handler handler);
  void on_handshake(handshake_handler handler);
  void on_request(request_handler handler);
  void on_log(log_handler handler);

  /// Binds and listens; throws `std::runtime_error` with a message that says what to do ("port 5000
  /// is in use …").
  void listen();
  /// The port in use, after `listen`.
  std::uint16_t port() const noexcept;

  /// New sessions get 503 from now on; open ones go on. Thread-safe.
  void refuse_handshakes() noexcept;
  /// Flushes and closes every session (WebSocket code 1001, polling packet `close`), goes on
  /// reading until the peers have closed or `close_timeout` has passed, then calls `done` once.
  /// Thread-safe.
  void close_all(std::function<void()> done);
  /// Stops accepting and drops every connection that is left. Thread-safe.
  void stop_listening();

  /// Open sessions. Thread-safe.
  std::size_t sessions() const noexcept;
  /// Totals and what is open now. Cheap; thread-safe.
  server_statistics statistics() const;

 private:
  struct implementation;
  std::shared_ptr<implementation> self_;
};

} // namespace ocelli::engineio
