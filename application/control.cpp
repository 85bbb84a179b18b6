#include "application/control.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdlib>
#include <utility>

namespace ocelli {

namespace asio = boost::asio;

void end_process(int code) {
  spdlog::default_logger()->flush();
  std::_Exit(code);
}

void end_process(exit_code code) { end_process(static_cast<int>(code)); }

control::control() : signals_(context_, SIGTERM, SIGINT), end_(context_) {
  wait_for_signal();
  thread_ = std::jthread{[this] {
    auto work = asio::make_work_guard(context_);
    context_.run();
  }};
}

control::~control() { context_.stop(); }

void control::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int number) {
    if (error)
      return;
    on_signal(number);
    wait_for_signal();
  });
}

void control::on_signal(int number) {
  auto name = number == SIGINT ? "SIGINT" : "SIGTERM";
  if (stopping_) {
    spdlog::warn("{} again: ending without waiting.", name);
    end_process(128 + number);
  }
  if (!stop_) {
    spdlog::info("{} before the service has started: ending.", name);
    end_process(exit_code::success);
  }
  spdlog::info(
      "{}: stopping. What was accepted is answered first; a second signal ends at once.", name);
  stopping_ = true;
  stop_->start();
}

void control::serve(stop_actions actions, std::chrono::milliseconds drain_time) {
  asio::post(context_, [this, actions = std::move(actions), drain_time]() mutable {
    stop_.emplace(context_, std::move(actions), drain_time);
    if (failed_) {
      stopping_ = true;
      stop_->start();
    }
  });
}

void control::fail(const std::string& reason) {
  failed_ = true;
  asio::post(context_, [this, reason] {
    spdlog::critical("The service cannot go on: {}. Start it again.", reason);
    if (!stop_)
      end_process(exit_code::cannot_go_on);
    stopping_ = true;
    stop_->start();
  });
}

void control::limit_end(std::chrono::milliseconds limit, exit_code code) {
  asio::post(context_, [this, limit, code] {
    end_.expires_after(limit);
    end_.async_wait([code](const boost::system::error_code& error) {
      if (error)
        return;
      spdlog::critical("A thread does not end; ending without it.");
      end_process(code);
    });
  });
}

} // namespace ocelli
