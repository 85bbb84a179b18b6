#include "actors/actor_host.hpp"

#include "actors/byte_budget.hpp"
#include "actors/chat.hpp"
#include "actors/chat_worker.hpp"
#include "actors/dedup.hpp"
#include "actors/exit_reason_text.hpp"
#include "actors/inference_pool.hpp"
#include "actors/inference_worker.hpp"
#include "actors/service_state.hpp"
#include "actors/session.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace ocelli::actors {

namespace {

// How long the end waits for threads when it is known that one of them hangs.
constexpr std::chrono::seconds last_wait{1};

// The sessions that live, so that `abort` reaches them. Thread-safe.
class session_registry {
 public:
  void add(client_id client, const session_actor& session) {
    std::lock_guard lock(mutex_);
    sessions_.emplace(client, session);
  }
  void remove(client_id client) {
    std::lock_guard lock(mutex_);
    sessions_.erase(client);
  }
  std::size_t size() {
    std::lock_guard lock(mutex_);
    return sessions_.size();
  }
  std::vector<session_actor> all() {
    std::lock_guard lock(mutex_);
    std::vector<session_actor> result;
    for (const auto& [client, session] : sessions_)
      result.push_back(session);
    return result;
  }

 private:
  std::mutex mutex_;
  std::unordered_map<client_id, session_actor> sessions_;
};

// Nothing is read from files or the command line: settings come from one place.
struct system_config : caf::actor_system_config {
  explicit system_config(const config::thread_plan& threads) {
    // stealing threads poll for work, and take the processors from an engine's threads meanwhile
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", static_cast<std::size_t>(threads.actor_threads));
    set("scheduler.max-throughput", std::size_t{300});
  }
};

// Tells when an actor that has to live as long as the service ends.
template <class Handle>
void watch(const Handle& handle, const char* name, const std::shared_ptr<service_state>& service) {
  caf::actor_cast<caf::abstract_actor*>(handle)->attach_functor(
      [name, service](const caf::error& reason) {
        if (reason == caf::exit_reason::user_shutdown)
          return;
        auto text = fmt::format("{} ended: {}", name, exit_reason_text(reason));
        spdlog::critical("Giving up: {}.", text);
        service->fatal(text);
      });
}

// Counts a detached actor's thread as long as the actor lives.
template <class Handle>
Handle counted(Handle handle, const std::shared_ptr<service_state>& service) {
  service->thread_started();
  caf::actor_cast<caf::abstract_actor*>(handle)->attach_functor(
      [service](const caf::error&) { service->thread_ended(); });
  return handle;
}

} // namespace

struct actor_host::implementation {
  implementation(
      const config::settings& settings, const config::thread_plan& threads, host_parts parts)
      : configured(settings), counts(std::make_shared<ledger>()),
        measures(std::make_shared<metrics>(threads.workers)),
        budget(std::make_shared<byte_budget>(settings.limits.pending_bytes)),
        service(std::make_shared<service_state>(threads.workers, std::move(parts.on_fatal))),
        labels(std::make_shared<const std::vector<std::string>>(std::move(parts.labels))),
        registry(std::make_shared<session_registry>()), system_settings(threads),
        system(system_settings) {
    start_pool(threads, parts);
    tally = system.spawn(dedup);
    watch(tally, "DEDUP", service);
    chat_options chatting{configured.chat, std::move(parts.chat),
        [this](const chat_actor& owner, const std::shared_ptr<inference::chat_backend>& backend) {
          return counted(system.spawn<caf::detached>(chat_worker, owner, backend), service);
        }};
    talk = system.spawn(chat, std::move(chatting));
    watch(talk, "CHAT", service);
  }

  void start_pool(const config::thread_plan& threads, const host_parts& parts) {
    inference_pool_options options;
    options.workers = threads.workers;
    options.frames = configured.frames;
    options.inference = configured.inference;
    options.input = parts.input;
    options.batch_memory = parts.batch_memory;
    options.preparer = parts.preparer;
    options.service = service;
    options.measures = measures;
    options.spawn_worker = [this, make_engine = parts.make_engine, input = parts.input](
                               const inference_pool_actor& owner, std::uint64_t index,
                               std::uint64_t incarnation) {
      inference_worker_options options_of_worker{
          owner, index, incarnation, make_engine, input, configured.inference.batch_sizes};
      return counted(
          system.spawn<caf::detached>(inference_worker, std::move(options_of_worker)), service);
    };
    pool = system.spawn(inference_pool, std::move(options));
    watch(pool, "INFERENCE POOL", service);
  }

  config::settings configured;
  std::shared_ptr<ledger> counts;
  std::shared_ptr<metrics> measures;
  std::shared_ptr<byte_budget> budget;
  std::shared_ptr<service_state> service;
  std::shared_ptr<const std::vector<std::string>> labels;
  std::shared_ptr<session_registry> registry;
  std::atomic<client_id> last_client{0};
  system_config system_settings;
  caf::actor_system system; // its destructor waits for all actors
  // scheduled actors only: a handle to a detached one that outlives the system would block its end
  inference_pool_actor pool;
  dedup_actor tally;
  chat_actor talk;
};

actor_host::actor_host(
    const config::settings& configured, const config::thread_plan& threads, host_parts parts)
    : self_(std::make_unique<implementation>(configured, threads, std::move(parts))) {}

actor_host::~actor_host() {
  for (const auto& session : self_->registry->all())
    caf::anon_send(session, atom::closed_v);
  caf::anon_send_exit(self_->pool, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(self_->tally, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(self_->talk, caf::exit_reason::user_shutdown);
  auto limit =
      healthy() ? std::chrono::seconds(self_->configured.inference.hang_seconds) : last_wait;
  if (self_->service->wait_for_threads(limit))
    return;
  // a thread cannot be ended from outside, and it uses what would be destroyed here
  spdlog::critical(
      "A worker does not come back; the process has to be ended without waiting for it.");
  static auto& abandoned = *new std::vector<implementation*>; // not destroyed at exit, and no leak
  abandoned.push_back(self_.release());
}

std::string actor_host::wait_until_ready() { return self_->service->wait_until_ready(); }

session_actor actor_host::open_session(reply_sink_ptr sink) {
  session_options options;
  options.client = ++self_->last_client;
  options.sink = std::move(sink);
  options.pool = self_->pool;
  options.dedup = self_->tally;
  options.chat = self_->talk;
  options.counts = self_->counts;
  options.measures = self_->measures;
  options.service = self_->service;
  options.labels = self_->labels;
  options.frames = self_->configured.frames;
  options.questions = self_->configured.chat;
  options.response = self_->configured.response;
  options.ended = [registry = self_->registry, client = options.client] {
    registry->remove(client);
  };
  auto client = options.client;
  auto opened = self_->system.spawn(session, std::move(options));
  // nobody else has the handle yet, so the session cannot have ended
  self_->registry->add(client, opened);
  return opened;
}

bool actor_host::ready() const noexcept { return self_->service->ready(); }

bool actor_host::healthy() const noexcept { return self_->service->healthy(); }

void actor_host::drain() noexcept { self_->service->drain(); }

void actor_host::abort() {
  drain();
  for (const auto& session : self_->registry->all())
    caf::anon_send(session, atom::abort_v);
}

const ledger& actor_host::counts() const noexcept { return *self_->counts; }

const metrics& actor_host::measures() const noexcept { return *self_->measures; }

std::size_t actor_host::clients() const { return self_->registry->size(); }

byte_budget& actor_host::budget() noexcept { return *self_->budget; }

} // namespace ocelli::actors
