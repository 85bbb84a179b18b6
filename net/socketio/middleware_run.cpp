#include "net/socketio/middleware_run.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace ocelli::socketio {

middleware_run::middleware_run(socket_ptr client, const std::vector<middleware>& middlewares,
    const boost::asio::any_io_executor& strand, finished_handler finished)
    : client_(std::move(client)), middlewares_(middlewares), timer_(strand),
      finished_(std::move(finished)) {}

void middleware_run::start(std::chrono::milliseconds timeout) {
  timer_.expires_after(timeout);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!error && self)
      self->finish(refusal{"Middleware timed out", {}});
  });
  ask();
}

void middleware_run::cancel() {
  finished_ = nullptr;
  client_.reset();
  timer_.cancel();
}

void middleware_run::ask() {
  if (asked_ == middlewares_.size())
    return finish(std::nullopt);
  const auto& next = middlewares_[asked_++];
  // never in the middleware's own call, which may come from any thread
  next(client_, continuation([weak = weak_from_this()](std::optional<refusal> refused) {
    const auto self = weak.lock();
    if (!self)
      return;
    boost::asio::post(self->timer_.get_executor(), [weak, refused = std::move(refused)]() mutable {
      if (const auto run = weak.lock())
        run->on_decided(std::move(refused));
    });
  }));
}

void middleware_run::on_decided(std::optional<refusal> refused) {
  if (!finished_)
    return;
  if (refused)
    return finish(std::move(refused));
  ask();
}

void middleware_run::finish(std::optional<refusal> refused) {
  const auto finished = std::exchange(finished_, nullptr);
  cancel();
  if (finished)
    finished(std::move(refused));
}

} // namespace ocelli::socketio
