#include "application/application.hpp"

#include "actors/actor_host.hpp"
#include "application/command_line.hpp"
#include "application/control.hpp"
#include "application/log.hpp"
#include "application/open_files.hpp"
#include "application/version.hpp"
#include "inference/chat/document_folder.hpp"
#include "inference/chat/knowledge_backend.hpp"
#include "inference/vision/decode_pool.hpp"
#include "net/http/metrics_page.hpp"
#include "net/http/pages.hpp"
#include "net/service/server_options.hpp"
#include "net/service/service.hpp"
#include "net/socketio/server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <csignal>
#include <iostream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace ocelli {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// For threads to end once every connection is closed; an engine may be in the middle of a batch.
constexpr auto end_time = 10s;

std::shared_ptr<inference::chat_backend> make_chat_backend(
    const config::chat_settings& configured) {
  if (configured.backend == "none")
    return nullptr;
  auto folder = inference::knowledge_folder(configured.knowledge_path);
  auto passages = inference::read_document_folder(folder);
  spdlog::info("Chat: {} passages from {}", passages.size(), folder.string());
  return std::make_shared<inference::knowledge_backend>(
      std::move(passages), configured.minimum_coverage);
}

std::string describe(const served_model& model) {
  return fmt::format("{}, {} labels, input {} x {} pixels {}, device {}", model.name,
      model.labels.size(), model.input.width, model.input.height,
      model.input.channels() == 1 ? "gray" : "in colour", model.device);
}

actors::host_parts make_parts(const config::settings& configured,
    const config::thread_plan& threads, served_model model, control& supervision) {
  actors::host_parts parts;
  parts.make_engine = std::move(model.make_engine);
  parts.preparer = std::make_shared<inference::decode_pool>(
      inference::preprocessor{model.input, configured.limits.image_pixels}, threads.decode_threads);
  parts.input = model.input;
  parts.batch_memory = std::move(model.batch_memory);
  parts.labels = std::move(model.labels);
  parts.chat = make_chat_backend(configured.chat);
  parts.on_fatal = [&supervision](const std::string& reason) { supervision.fail(reason); };
  return parts;
}

std::string url(const std::string& host, std::uint16_t port) {
  auto is_ipv6 = host.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("http://[{}]:{}", host, port)
                 : fmt::format("http://{}:{}", host, port);
}

/// The main page.
std::string about(const config::settings& configured, const std::string& model) {
  return fmt::format("Ocelli {}\nModel: {}\nSocket.IO endpoint: {}\n"
                     "Health: /healthz, readiness: /readyz, metrics: /metrics\n",
      version(), model, configured.server.path);
}

/// How everything that was received has ended.
std::string summary(const actors::ledger& counts) {
  using actors::frame_end;
  auto ended = [&counts](frame_end how) { return counts.frames_ended(how); };
  return fmt::format(
      "{} frames: {} answered, {} superseded, {} expired, {} rejected, {} failed, {} cancelled",
      counts.frames_received(), ended(frame_end::answered), ended(frame_end::superseded),
      ended(frame_end::expired), ended(frame_end::rejected), ended(frame_end::failed),
      ended(frame_end::cancelled));
}

void run_threads(asio::io_context& io, std::uint32_t count) {
  std::vector<std::jthread> threads;
  for (std::uint32_t i = 0; i < count; ++i)
    threads.emplace_back([&io] { io.run(); });
}

void serve(config::settings configured, config::thread_plan threads, const model_loader& load_model,
    control& supervision) {
  auto model = load_model(configured, threads);
  if (model.gpus > 0) {
    threads = config::plan_threads(configured, threads.processors, model.gpus);
    spdlog::info("With {} GPU{}: {}", model.gpus, model.gpus == 1 ? "" : "s", to_string(threads));
  }
  if (!model.batch_sizes.empty())
    configured.inference.batch_sizes = model.batch_sizes;
  net::model_description served{model.name, model.format, model.precision, model.device};
  auto description = describe(model);
  spdlog::info("Model: {}", description);
  if (!model.memory.empty())
    spdlog::info("Memory of the model: {}", model.memory);

  // destroyed in this order: connections, then actors, then the context that both may still post to
  asio::io_context io{static_cast<int>(threads.io_threads)};
  actors::actor_host host{
      configured, threads, make_parts(configured, threads, std::move(model), supervision)};
  if (auto reason = host.wait_until_ready(); !reason.empty()) {
    supervision.limit_end(end_time, exit_code::start_failed);
    throw std::runtime_error(reason);
  }

  net::service clients{configured,
      [&host](actors::reply_sink_ptr sink) { return host.open_session(std::move(sink)); },
      host.budget()};
  socketio::server server{io, net::to_server_options(configured)};
  net::metrics_page metrics{{.counts = host.counts(),
      .measures = host.measures(),
      .budget = host.budget(),
      .clients = [&host] { return host.clients(); },
      .network = [&server] { return server.statistics(); },
      .model = served,
      .version = version()}};
  net::pages pages{[&host] { return host.healthy(); }, [&host] { return host.ready(); },
      [&metrics] { return metrics.text(); }, about(configured, description)};
  clients.bind(server.of("/"));
  server.on_request(
      [&pages](const engineio::http_request& request) { return pages.answer(request); });
  server.on_log(log_network_line);
  // nobody is accepted before the threads below run, so that a signal until then loses nothing
  server.listen();
  auto work = asio::make_work_guard(io);
  supervision.serve(
      {
          .refuse_handshakes = [&server] { server.refuse_handshakes(); },
          .drain = [&host] { host.drain(); },
          .pending = [&host] { return host.counts().pending(); },
          .abort = [&host] { host.abort(); },
          .close_clients = [&server](
                               std::function<void()> done) { server.close_all(std::move(done)); },
          .stop_listening =
              [&server, &work] {
                server.stop_listening();
                work.reset();
              },
      },
      std::chrono::seconds{configured.server.drain_seconds});
  spdlog::info("Ocelli {} listening on {} (model {}, {}, {} worker{})", version(),
      url(configured.server.host, server.port()), served.name, served.device, threads.workers,
      threads.workers == 1 ? "" : "s");
  run_threads(io, threads.io_threads);
  // the thread of a worker that hangs cannot be joined, and what it uses must not be destroyed
  if (supervision.failed())
    end_process(exit_code::cannot_go_on);
  supervision.limit_end(end_time, exit_code::cannot_go_on);
  spdlog::info("Stopped after {}.", summary(host.counts()));
}

} // namespace

exit_code run_application(const config::settings& configured, const model_loader& load_model) {
  set_up_log(configured.log.level);
  // a log that nobody reads any more must not end the process
  std::signal(SIGPIPE, SIG_IGN);
  if (auto allowed = raise_open_files_limit(); allowed < configured.limits.connections)
    spdlog::warn("The system allows this process {} open files, fewer than limits.connections "
                 "({}): raise the hard limit (ulimit -Hn, LimitNOFILE, docker run --ulimit).",
        allowed, configured.limits.connections);
  auto threads = config::plan_threads(configured, config::available_processors());
  spdlog::info("Ocelli {}: {}", version(), to_string(threads));
  control supervision;
  try {
    serve(configured, threads, load_model, supervision);
  } catch (const std::exception& error) {
    spdlog::error("Ocelli cannot start: {}", error.what());
    return exit_code::start_failed;
  }
  return exit_code::success;
}

int run_program(const std::vector<std::string>& arguments, const model_loader& load_model) {
  auto read = read_command_line(arguments, std::cout, std::cerr);
  if (auto code = std::get_if<exit_code>(&read))
    return static_cast<int>(*code);
  return static_cast<int>(run_application(std::get<config::settings>(read), load_model));
}

} // namespace ocelli
