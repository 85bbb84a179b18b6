#include "net/http/metrics_page.hpp"

#include "net/http/metric_families.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace ocelli::net {

namespace {

using actors::frame_end;
using actors::frame_stage;
using actors::worker_condition;

constexpr double nanosecond = 1e-9;

constexpr std::array<const char*, actors::frame_ends> outcomes{
    "answered", "superseded", "expired", "rejected", "failed", "cancelled"};
constexpr std::array<const char*, actors::frame_stages> stages{
    "read", "queue", "decode", "wait", "infer", "reply"};
constexpr std::array<const char*, actors::worker_conditions> worker_states{
    "starting", "warm", "resting", "hanging", "gone"};

double number(std::uint64_t count) { return static_cast<double>(count); }

void add_frames(metric_families& to, const actors::ledger& counts) {
  // what ended is read first, so that it never exceeds what was received
  to.begin_counter("ocelli_frames_total", "Frames that have ended, by how they did.");
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    to.add(number(counts.frames_ended(static_cast<frame_end>(i))), {{"outcome", outcomes[i]}});
  to.counter("ocelli_frames_received_total", "Frames received.", number(counts.frames_received()));
  auto questions_ended = counts.questions_ended();
  to.counter("ocelli_questions_received_total", "Questions received.",
      number(counts.questions_received()));
  to.counter("ocelli_questions_ended_total",
      "Questions that were answered, have failed, or whose client has left.",
      number(questions_ended));
}

void add_times(metric_families& to, const actors::metrics& measures) {
  to.begin_histogram("ocelli_frame_stage_seconds",
      "Time that frames spent in each stage; read: all that came, the others: those answered.");
  for (std::size_t i = 0; i < stages.size(); ++i)
    to.add(measures.stage(static_cast<frame_stage>(i)), nanosecond, {{"stage", stages[i]}});
  to.begin_histogram("ocelli_answer_age_seconds",
      "Time from the complete receipt of a frame to the handing over of its answer to the socket.");
  to.add(measures.answer_age(), nanosecond);
}

void add_batches(metric_families& to, const actors::metrics& measures) {
  to.begin_counter("ocelli_batches_total", "Batches that have ended, by how they did.");
  to.add(number(measures.batches(false)), {{"outcome", "answered"}});
  to.add(number(measures.batches(true)), {{"outcome", "failed"}});
  to.begin_histogram("ocelli_batch_size_frames", "Frames in a batch.");
  to.add(measures.batch_size(), 1);
}

void add_workers(metric_families& to, const actors::metrics& measures) {
  to.begin_gauge("ocelli_worker_state", "1 for the state that the worker is in, 0 for the others.");
  for (std::size_t worker = 0; worker < measures.workers(); ++worker) {
    auto now = static_cast<std::size_t>(measures.condition(worker));
    for (std::size_t i = 0; i < worker_states.size(); ++i)
      to.add(i == now ? 1 : 0, {{"worker", std::to_string(worker)}, {"state", worker_states[i]}});
  }
  to.begin_counter("ocelli_worker_restarts_total", "How often the worker was started again.");
  for (std::size_t worker = 0; worker < measures.workers(); ++worker)
    to.add(number(measures.restarts(worker)), {{"worker", std::to_string(worker)}});
}

void add_network(metric_families& to, const engineio::server_statistics& network) {
  to.gauge("ocelli_connections", "Open TCP connections.", number(network.connections));
  to.counter("ocelli_connections_accepted_total", "TCP connections accepted.",
      number(network.connections_accepted));
  to.counter("ocelli_connections_refused_total",
      "TCP connections closed at once: over limits.connections or limits.connections_per_address.",
      number(network.connections_refused));
  to.begin_gauge("ocelli_sessions", "Open Engine.IO sessions, by the transport they use now.");
  to.add(number(network.polling_sessions), {{"transport", "polling"}});
  to.add(number(network.websocket_sessions), {{"transport", "websocket"}});
  to.counter("ocelli_sessions_opened_total", "Engine.IO sessions opened.",
      number(network.sessions_opened));
  to.counter("ocelli_sessions_refused_total",
      "Engine.IO sessions refused: over limits.connections, or while stopping.",
      number(network.sessions_refused));
  to.counter("ocelli_received_bytes_total",
      "Bytes of HTTP requests and WebSocket messages received.", number(network.bytes_received));
  to.counter("ocelli_sent_bytes_total", "Bytes of HTTP answers and WebSocket messages sent.",
      number(network.bytes_sent));
}

void add_information(
    metric_families& to, const model_description& model, const std::string& version) {
  to.begin_gauge("ocelli_model_info", "1; the labels tell which model is served.");
  to.add(1, {{"name", model.name}, {"format", model.format}, {"precision", model.precision},
                {"device", model.device}});
  to.begin_gauge("ocelli_build_info", "1; the label tells the program's version.");
  to.add(1, {{"version", version}});
}

// Names as in Prometheus, "Writing client libraries", process metrics.
void add_process(metric_families& to, process_statistics& process) {
  to.counter("process_cpu_seconds_total", "Processor time used, user and system.",
      process_statistics::cpu_seconds());
  to.gauge("process_resident_memory_bytes", "Memory that is not swapped out.",
      number(process_statistics::resident_bytes()));
  to.gauge("process_open_fds", "Open files and sockets.", number(process.open_files()));
  to.gauge("process_max_fds", "Most files and sockets that may be open.",
      number(process_statistics::most_open_files()));
  to.gauge("process_start_time_seconds", "When the process was started, in seconds since 1970.",
      process.start_time_seconds());
}

} // namespace

metrics_page::metrics_page(metrics_sources sources) : sources_(std::move(sources)) {}

std::string metrics_page::text() {
  metric_families all;
  add_frames(all, sources_.counts);
  add_times(all, sources_.measures);
  add_batches(all, sources_.measures);
  add_workers(all, sources_.measures);
  all.gauge("ocelli_clients", "Socket.IO clients connected.", number(sources_.clients()));
  add_network(all, sources_.network());
  all.gauge("ocelli_pending_bytes", "Bytes held of what was accepted and has not ended.",
      number(sources_.budget.used()));
  all.gauge("ocelli_pending_limit_bytes", "Most bytes that may be held: limits.pending_bytes.",
      number(sources_.budget.limit()));
  add_information(all, sources_.model, sources_.version);
  add_process(all, process_);
  return all.text();
}

} // namespace ocelli::net
