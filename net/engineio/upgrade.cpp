#include "net/engineio/upgrade.hpp"

#include <boost/system/error_code.hpp>

#include <utility>

namespace ocelli::engineio {

/// Outlives the upgrade by the handlers that are on their way when it ends.
struct upgrade::clockwork : std::enable_shared_from_this<clockwork> {
  clockwork(const boost::asio::any_io_executor& strand, std::function<void()> tick,
      std::function<void()> late)
      : ticker(strand), deadline(strand), on_tick(std::move(tick)), on_timeout(std::move(late)) {}

  void tick() {
    ticker.expires_after(tick_interval);
    ticker.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (error || self->ended)
        return;
      self->tick();
      self->on_tick();
    });
  }

  void limit(std::chrono::milliseconds timeout) {
    deadline.expires_after(timeout);
    deadline.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (!error && !self->ended)
        self->on_timeout();
    });
  }

  boost::asio::steady_timer ticker;
  boost::asio::steady_timer deadline;
  std::function<void()> on_tick;
  std::function<void()> on_timeout;
  bool ended = false;
};

upgrade::upgrade(const boost::asio::any_io_executor& strand, std::shared_ptr<websocket_link> link,
    std::chrono::milliseconds timeout, std::function<void()> on_tick,
    std::function<void()> on_timeout)
    : link_(std::move(link)),
      clockwork_(std::make_shared<clockwork>(strand, std::move(on_tick), std::move(on_timeout))) {
  clockwork_->tick();
  clockwork_->limit(timeout);
}

upgrade::~upgrade() {
  clockwork_->ended = true;
  clockwork_->ticker.cancel();
  clockwork_->deadline.cancel();
}

} // namespace ocelli::engineio
