#pragma once

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <vector>

namespace ocelli::test {

/// An actor system whose actors run only when a test says so, on the test's thread, in a time that
/// only the test moves. Ends the actors that it started.
class deterministic_system {
 public:
  deterministic_system()
      : system(configure(settings_)),
        scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler())) {
    scheduler_.clock().current_time +=
        std::chrono::hours(1); // far from the epoch, where subtractions are safe
  }

  ~deterministic_system() {
    for (const auto& actor : started_)
      caf::anon_send_exit(actor, caf::exit_reason::kill);
    started_.clear();
    run();
  }

  deterministic_system(const deterministic_system&) = delete;
  deterministic_system& operator=(const deterministic_system&) = delete;

  /// Starts an actor that is ended with the system.
  template <class Function, class... Arguments>
  auto start(Function function, Arguments&&... arguments) {
    auto handle = system.spawn(function, std::forward<Arguments>(arguments)...);
    started_.push_back(caf::actor_cast<caf::strong_actor_ptr>(handle));
    return handle;
  }

  /// Sends and runs until no message is left.
  template <class Handle, class... Values>
  void tell(const Handle& actor, const Values&... values) {
    caf::anon_send(actor, values...);
    run();
  }

  /// Ends an actor with a reason of the test's choice, and runs.
  template <class Handle>
  void end(const Handle& actor, const caf::error& reason) {
    auto* pointer = caf::actor_cast<caf::abstract_actor*>(actor);
    pointer->eq_impl(
        caf::make_message_id(), nullptr, nullptr, caf::exit_msg{pointer->address(), reason});
    run();
  }

  /// Runs until no message is left; time stands still.
  void run() {
    while (scheduler_.try_run_once()) {
    }
  }

  /// Moves time in one step, then runs what became due.
  void advance(std::chrono::nanoseconds step) {
    scheduler_.advance_time(step);
    run();
  }

  std::chrono::steady_clock::time_point now() { return scheduler_.clock().now(); }

  /// True while an actor has not ended.
  template <class Handle>
  static bool alive(const Handle& actor) {
    auto* pointer = caf::actor_cast<caf::abstract_actor*>(actor);
    return !dynamic_cast<caf::monitorable_actor&>(*pointer).getf(
        caf::abstract_actor::is_terminated_flag);
  }

 private:
  static caf::actor_system_config& configure(caf::actor_system_config& settings) {
    settings.set("scheduler.policy", caf::atom("testing"));
    return settings;
  }

  caf::actor_system_config settings_;

 public:
  caf::actor_system system;

 private:
  caf::scheduler::test_coordinator& scheduler_;
  std::vector<caf::strong_actor_ptr> started_;
};

} // namespace ocelli::test
