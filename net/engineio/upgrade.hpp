#pragma once

#include "net/engineio/websocket_link.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace ocelli::engineio {

/// An upgrade from polling to a WebSocket that is under way: the new link, and the two times that
/// matter. Destroying it ends the timers. Used on the session's strand.
class upgrade {
 public:
  /// How often a waiting poll is answered, so that the client comes to the end of its last poll.
  static constexpr std::chrono::milliseconds tick_interval{100};

  /// Calls `on_tick` after every interval, and `on_timeout` once after `timeout`, unless destroyed
  /// before.
  upgrade(const boost::asio::any_io_executor& strand, std::shared_ptr<websocket_link> link,
      std::chrono::milliseconds timeout, std::function<void()> on_tick,
      std::function<void()> on_timeout);
  upgrade(const upgrade&) = delete;
  upgrade& operator=(const upgrade&) = delete;
  ~upgrade();

  const std::shared_ptr<websocket_link>& link() const noexcept { return link_; }
  /// True while the answer to a probe is being written.
  bool busy() const noexcept { return busy_; }
  void set_busy(bool busy) noexcept { busy_ = busy; }

 private:
  struct clockwork;

  std::shared_ptr<websocket_link> link_;
  bool busy_ = false;
  std::shared_ptr<clockwork> clockwork_;
};

} // namespace ocelli::engineio
