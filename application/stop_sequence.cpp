#include "application/stop_sequence.hpp"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <utility>

namespace ocelli {

namespace {

using namespace std::chrono_literals;

constexpr auto interval = 10ms;

/// For the failures that an abort causes to reach the connections.
constexpr auto abort_time = 2s;

/// A frame that has just arrived is counted only when its SESSION runs, so that one look at the
/// counters is not enough.
constexpr int quiet_looks = 3;

} // namespace

stop_sequence::stop_sequence(
    boost::asio::io_context& context, stop_actions actions, std::chrono::milliseconds drain_time)
    : context_(context), timer_(context), actions_(std::move(actions)), drain_time_(drain_time) {}

void stop_sequence::start() {
  if (started_)
    return;
  started_ = true;
  give_up_ = std::chrono::steady_clock::now() + drain_time_;
  actions_.refuse_handshakes();
  actions_.drain();
  wait();
}

void stop_sequence::wait() {
  auto left = actions_.pending();
  quiet_ = left == 0 ? quiet_ + 1 : 0;
  if (quiet_ >= quiet_looks) {
    close();
    return;
  }
  if (left != 0 && std::chrono::steady_clock::now() >= give_up_) {
    if (aborted_) {
      spdlog::error("{} frames and questions did not end when they were failed", left);
      close();
      return;
    }
    spdlog::warn(
        "{} frames and questions were not answered within server.drain_seconds and fail", left);
    aborted_ = true;
    give_up_ = std::chrono::steady_clock::now() + abort_time;
    actions_.abort();
  }
  timer_.expires_after(interval);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error)
      wait();
  });
}

void stop_sequence::close() {
  spdlog::info("Closing connections.");
  actions_.close_clients(
      [this] { boost::asio::post(context_, [this] { actions_.stop_listening(); }); });
}

} // namespace ocelli
