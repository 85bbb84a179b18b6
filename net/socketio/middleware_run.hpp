#pragma once

#include "net/socketio/middleware.hpp"
#include "net/socketio/socket.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace ocelli::socketio {

/// Asks one middleware after the other about one client. On the strand only.
class middleware_run : public std::enable_shared_from_this<middleware_run> {
 public:
  using finished_handler = std::function<void(std::optional<refusal>)>;

  /// `finished` is called once on `strand`, unless the run is cancelled: with nothing when every
  /// middleware lets the client pass. `middlewares` outlives the run.
  middleware_run(socket_ptr client, const std::vector<middleware>& middlewares,
      const boost::asio::any_io_executor& strand, finished_handler finished);

  /// Asks the first middleware; all of them have `timeout` together.
  void start(std::chrono::milliseconds timeout);
  /// Ends the run without an outcome.
  void cancel();

 private:
  void ask();
  void on_decided(std::optional<refusal> refused);
  void finish(std::optional<refusal> refused);

  socket_ptr client_;
  const std::vector<middleware>& middlewares_;
  std::size_t asked_ = 0;
  boost::asio::steady_timer timer_;
  finished_handler finished_; ///< Empty when the run has ended.
};

} // namespace ocelli::socketio
