#pragma once

#include "net/engineio/heartbeat.hpp"
#include "net/engineio/packet.hpp"
#include "net/engineio/receive_buffer.hpp"
#include "net/engineio/request_check.hpp"
#include "net/engineio/server_context.hpp"
#include "net/engineio/session.hpp"
#include "net/engineio/upgrade.hpp"
#include "net/engineio/websocket_link.hpp"
#include "net/engineio/write_queue.hpp"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::engineio {

/// What a poll is answered with.
struct poll_answer {
  std::optional<protocol_error> error; ///< Answers instead of the body.
  std::string body;                    ///< A payload.
};

/// Takes the answer to a poll, on the session's strand; once, or never when the session is stopped.
using poll_handler = std::function<void(poll_answer)>;

/// What to answer to a payload that a client has posted.
enum class receive_result : std::uint8_t { ok, bad_packet, session_unknown };

/// The code of RFC 6455 with which a WebSocket is closed.
std::uint16_t close_code(close_reason reason) noexcept;

/// The state machine of one client: `open`, then `closing` while the client is told, then `closed`.
/// It knows nothing of HTTP; a poll is a handler, a WebSocket is a link. Beyond `session`, all
/// functions are called on `executor()` unless they say otherwise.
class server_session final : public session {
 public:
  /// `strand` must be a strand of `context->io`.
  server_session(std::shared_ptr<server_context> context, std::string id, handshake request,
      boost::asio::any_io_executor strand);

  const std::string& id() const noexcept override { return id_; }
  const handshake& request() const noexcept override { return request_; }
  boost::asio::any_io_executor executor() const noexcept override { return executor_; }
  std::string_view transport() const noexcept override;
  send_result send(message_group group, bool is_volatile) override;
  void close(close_reason reason) override;

  /// Makes the upper layer's handler and starts the heartbeat. A session that opened over WebSocket
  /// gets its link here.
  void start(std::shared_ptr<websocket_link> link = nullptr);
  /// Ends the session without telling the client.
  void stop();

  /// Answers a poll as soon as there is something to say. `id` names the poll, it is unique in this
  /// session.
  void poll(std::uint64_t id, poll_handler handler);
  /// The answer to poll `id` was written, or, not `delivered`, it or the waiting poll was lost with
  /// its connection.
  void on_poll_ended(std::uint64_t id, bool delivered);
  /// Takes a payload that was complete at `time`.
  receive_result receive(const received_bytes& payload, std::chrono::steady_clock::time_point time);
  /// True when no other request is posting; the caller then calls `end_post`. Thread-safe.
  bool begin_post() noexcept { return !posting_.exchange(true); }
  void end_post() noexcept { posting_ = false; }
  /// A number for the next poll. Thread-safe.
  std::uint64_t next_poll_id() noexcept { return poll_ids_.fetch_add(1); }

  /// Starts an upgrade to `link`; false when the session cannot be upgraded (now).
  bool begin_upgrade(std::shared_ptr<websocket_link> link);
  /// A complete message came over `link`.
  void on_frame(websocket_link& link, bool binary, const received_bytes& frame,
      std::chrono::steady_clock::time_point time);
  /// A message over the limit is coming over `link`.
  void on_oversized(websocket_link& link);
  void on_written(websocket_link& link);
  void on_link_closed(websocket_link& link, close_reason reason);

  /// Bytes of a message have arrived.
  void on_alive();
  /// The peer or its connection failed: a waiting poll is told, nothing that is queued is sent.
  void fail(close_reason reason);

 private:
  enum class phase : std::uint8_t { open, closing, closed };
  /// A poll that waits for an answer.
  struct parked_poll {
    std::uint64_t id;
    poll_handler answer;
  };
  /// An answered poll whose answer is on its way.
  struct sent_answer {
    std::uint64_t id;
    bool carries_messages;
    bool last;
  };

  std::shared_ptr<server_session> self();
  void post(void (server_session::*function)());
  void arm(std::chrono::steady_clock::time_point time);
  void on_timer();
  void flush();
  void write_next();
  void answer_poll(bool arriving);
  void answer(std::string body, bool carries_messages, bool last);
  void noop_poll(bool last);
  void begin_close();
  void enter_closing(close_reason reason);
  void on_client_close();
  void finish();
  void clear_queue();
  bool handle(const packet& packet, const received_bytes& bytes,
      std::chrono::steady_clock::time_point time);
  void deliver(message message, std::chrono::steady_clock::time_point time);
  void on_upgrade_frame(bool binary, std::string_view text);
  void complete_upgrade();
  void cancel_upgrade(std::uint16_t code);

  const std::shared_ptr<server_context> context_;
  const std::string id_;
  const handshake request_;
  const boost::asio::any_io_executor executor_;

  std::atomic<bool> websocket_{false};
  std::atomic<bool> posting_{false};
  std::atomic<std::uint64_t> poll_ids_{0};

  std::mutex mutex_; ///< Guards the members up to the next blank line.
  write_queue queue_;
  bool accepting_ = true;
  bool writable_ = false; ///< What is queued now is sent at once.
  bool flush_posted_ = false;
  close_reason requested_reason_ = close_reason::forced_close;

  std::atomic<bool> deaf_{
      false}; ///< Messages are no longer delivered, since the upper layer wants to close.

  phase phase_ = phase::open;
  close_reason reason_ = close_reason::forced_close;
  std::unique_ptr<session_handler> handler_;
  heartbeat heartbeat_;
  boost::asio::steady_timer timer_; ///< Heartbeat while open, patience while closing.
  bool ping_due_ = false;
  bool client_closed_ = false;

  std::optional<parked_poll> poll_;
  std::vector<sent_answer> sent_answers_;

  std::shared_ptr<websocket_link> link_;
  bool link_busy_ = false;
  bool link_closing_ = false;
  bool writing_message_ = false;
  std::unique_ptr<upgrade> upgrade_;
};

} // namespace ocelli::engineio
