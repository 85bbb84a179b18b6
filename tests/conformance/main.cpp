#include "conformance/fixtures.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

// The server that the protocols' own test suites, and other people's clients, are run against.

namespace {

using namespace ocelli;

enum class fixture_kind : std::uint8_t { engineio, socketio, client, echo };

const std::map<std::string, fixture_kind> fixtures{{"engineio", fixture_kind::engineio},
    {"socketio", fixture_kind::socketio}, {"client", fixture_kind::client},
    {"echo", fixture_kind::echo}};

constexpr int wrong_arguments = 2;

/// What is not given is the fixture's own.
struct arguments {
  std::string fixture;
  std::optional<std::uint16_t> port;
  std::optional<std::uint32_t> ping_interval_ms;
  std::optional<std::uint32_t> ping_timeout_ms;
  std::optional<std::uint32_t> connect_timeout_ms;
  std::optional<std::uint32_t> upgrade_timeout_ms;
  std::uint32_t threads = 1;
};

void declare(CLI::App& app, arguments& given) {
  CLI::Range milliseconds(1U, std::numeric_limits<std::uint32_t>::max());
  app.add_option("--fixture", given.fixture, "What to serve: engineio, socketio, client or echo")
      ->required()
      ->check(CLI::IsMember(fixtures));
  app.add_option("--port", given.port,
      "TCP port, 0 for a free one; when not given 3000, with fixture client 3210, with echo 3001");
  app.add_option("--ping-interval-ms", given.ping_interval_ms,
         "From one heartbeat's answer to the next heartbeat")
      ->check(milliseconds);
  app.add_option("--ping-timeout-ms", given.ping_timeout_ms, "For the answer to a heartbeat")
      ->check(milliseconds);
  app.add_option("--connect-timeout-ms", given.connect_timeout_ms,
         "For a client to join a namespace; fixture engineio has none")
      ->check(milliseconds);
  app.add_option("--upgrade-timeout-ms", given.upgrade_timeout_ms,
         "From the WebSocket handshake to the upgrade's end")
      ->check(milliseconds);
  app.add_option("--threads", given.threads, "Threads that serve connections")
      ->check(CLI::Range(1U, 64U));
}

void apply(std::optional<std::uint32_t> given, std::chrono::milliseconds& setting) {
  if (given)
    setting = std::chrono::milliseconds(*given);
}

void apply(const arguments& given, engineio::server_options& options) {
  options.port = given.port.value_or(options.port);
  apply(given.ping_interval_ms, options.ping_interval);
  apply(given.ping_timeout_ms, options.ping_timeout);
  apply(given.upgrade_timeout_ms, options.upgrade_timeout);
}

void apply(const arguments& given, socketio::server_options& options) {
  apply(given, options.engine);
  apply(given.connect_timeout_ms, options.connect_timeout);
}

/// Serves on `threads` threads until SIGTERM or SIGINT, and then until everything has ended.
template <class Server>
void serve(boost::asio::io_context& io, Server& server, const arguments& given) {
  server.on_log([](std::string_view level, const std::string& line) {
    fmt::print(stderr, "{}: {}\n", level, line);
  });
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&server](const boost::system::error_code&, int) {
    server.close_all([&server] { server.stop_listening(); });
  });
  server.listen();
  fmt::print(
      "conformance_server: fixture {} on http://localhost:{}\n", given.fixture, server.port());
  std::fflush(stdout);
  std::vector<std::jthread> threads;
  for (std::uint32_t i = 1; i < given.threads; ++i)
    threads.emplace_back([&io] { io.run(); });
  io.run();
}

template <class Server, class Options, class Bind>
void run(boost::asio::io_context& io, const arguments& given, Options options, Bind bind) {
  apply(given, options);
  Server server(io, std::move(options));
  bind(server);
  serve(io, server, given);
}

void run(const arguments& given) {
  using namespace conformance;
  boost::asio::io_context io;
  switch (fixtures.at(given.fixture)) {
  case fixture_kind::engineio:
    return run<engineio::server>(io, given, engineio_suite_options(), bind_engineio_suite);
  case fixture_kind::socketio:
    return run<socketio::server>(io, given, socketio_suite_options(), bind_socketio_suite);
  case fixture_kind::client:
    return run<socketio::server>(io, given, client_suite_options(),
        [&io](socketio::server& server) { bind_client_suite(server, io); });
  case fixture_kind::echo:
    return run<socketio::server>(io, given, echo_options(), bind_echo);
  }
}

} // namespace

int main(int argc, char** argv) {
  arguments given;
  CLI::App app("Serves what the test suites of the Engine.IO and Socket.IO protocols expect, on "
               "localhost, until SIGTERM.",
      "conformance_server");
  declare(app, given);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == EXIT_SUCCESS ? EXIT_SUCCESS : wrong_arguments;
  }
  try {
    run(given);
  } catch (const std::exception& error) {
    fmt::print(stderr, "conformance_server: {}\n", error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
