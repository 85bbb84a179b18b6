#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// Settings as plain structs. A default here is the default everywhere: the loader, the sample file
/// and
/// `--check-config` are checked against these initialisers. Ranges are enforced by the loader
/// (schema.cpp).
namespace ocelli::config {

/// What a client's newer frame does to the ones that still wait.
enum class frame_policy : std::uint8_t {
  latest, ///< One frame in work, one waiting; a newer frame replaces the waiting one.
  queue,  ///< A bounded queue per client; beyond the bound frames are rejected.
};

/// Least severity that is logged.
enum class log_level : std::uint8_t { debug, info, warning, error };

/// [server]: listening, transports, stopping.
struct server_settings {
  /// Address to listen on; `localhost` listens on IPv4 and IPv6.
  std::string host = "127.0.0.1";
  /// TCP port, 0 to 65535; 0 takes a free one.
  std::uint16_t port = 5000;
  /// Path of the Socket.IO endpoint, begins and ends with a slash.
  std::string path = "/socket.io/";
  /// Origins that browsers may connect from; `*` echoes the caller's. Checked for WebSocket
  /// handshakes too.
  std::vector<std::string> cors_origins = {"*"};
  /// Threads for the network, 0 to 64; 0 chooses from the processors.
  std::uint32_t io_threads = 0;
  /// Threads of the actor scheduler, 0 to 64; 0 chooses from the processors.
  std::uint32_t actor_threads = 0;
  /// Milliseconds between heartbeats, 100 to 600,000.
  std::uint32_t ping_interval_ms = 25'000;
  /// Milliseconds that a heartbeat's answer may take, 100 to 600,000.
  std::uint32_t ping_timeout_ms = 20'000;
  /// Milliseconds until a client that joined no namespace is closed, 100 to 600,000.
  std::uint32_t connect_timeout_ms = 45'000;
  /// Milliseconds that an upgrade to WebSocket may take, 100 to 600,000.
  std::uint32_t upgrade_timeout_ms = 10'000;
  /// Seconds until what is unanswered at a stop fails, 0 to 3,600.
  std::uint32_t drain_seconds = 20;
};

/// [limits]: what a client can make the server hold or wait for.
struct limit_settings {
  /// Bytes of one message, attachments included, 1,024 to 1,073,741,824.
  std::uint64_t message_bytes = 8ULL << 20;
  /// Pixels of one image, told from its header, 1 to 1,000,000,000.
  std::uint64_t image_pixels = 50'000'000;
  /// Bytes of frames accepted and not yet ended, over all clients, 1 MiB to 1 TiB; beyond it
  /// `overloaded`.
  std::uint64_t pending_bytes = 512ULL << 20;
  /// Binary attachments of one packet, 0 to 1,000.
  std::uint32_t attachments = 10;
  /// Depth of nested JSON values, 1 to 1,000.
  std::uint32_t json_depth = 64;
  /// Open connections and clients, 1 to 1,000,000 each; beyond it new connections are closed and
  /// new clients get 503.
  std::uint32_t connections = 20'000;
  /// Open connections from one address, 0 to 1,000,000; 0 for no limit.
  std::uint32_t connections_per_address = 0;
  /// Bytes waiting to be sent to one client, 4,096 to 1,073,741,824; a slower client is closed.
  std::uint64_t write_queue_bytes = 4ULL << 20;
  /// Packets waiting to be sent to one client, 16 to 1,000,000; a slower client is closed.
  std::uint32_t write_queue_packets = 4'096;
  /// Bytes of an HTTP request's header, 1,024 to 1,048,576.
  std::uint32_t header_bytes = 16'384;
  /// Milliseconds that the header of a request may take, 100 to 600,000.
  std::uint32_t header_timeout_ms = 10'000;
  /// Milliseconds that the body of a request may take, 100 to 600,000.
  std::uint32_t body_timeout_ms = 60'000;
  /// Bytes of an `id` that a client wants echoed, 16 to 65,536.
  std::uint32_t id_bytes = 1'024;
};

/// [frames]: the policy for event `frame`.
struct frame_settings {
  /// What happens to frames that arrive faster than they are answered: "latest" or "queue".
  frame_policy policy = frame_policy::latest;
  /// Policy queue: frames of one client in work at once, 1 to 64.
  std::uint32_t in_work = 8;
  /// Policy queue: frames of one client that wait, 1 to 10,000; beyond it `overloaded`.
  std::uint32_t queue = 64;
  /// Milliseconds that a frame may take when it names no deadline itself, 0 to 600,000; 0 for no
  /// deadline.
  std::uint32_t deadline_ms = 0;
  /// Answers a frame with the same bytes as the client's last answered one like that one, without
  /// looking at it again.
  bool reuse_repeated = false;
};

/// [model]: what is served.
struct model_settings {
  /// Folder of the model package; "embedded" for the one that comes with Ocelli.
  std::string path = "embedded";
};

/// [inference]: devices, threads, batches.
struct inference_settings {
  /// "auto", "cpu", "cuda" or GPUs as in "cuda:0" (device_choice.hpp).
  std::vector<std::string> device = {"auto"};
  /// Engines that run side by side, 0 to 64; 0 chooses from the processors, or two per GPU.
  std::uint32_t workers = 0;
  /// Threads of one engine, 0 to 256; 0 chooses from the processors.
  std::uint32_t intra_op_threads = 0;
  /// Threads that decode images, 0 to 256; 0 chooses from the processors.
  std::uint32_t decode_threads = 0;
  /// Batch sizes that are warmed up, ascending, 1 to 1,024 each; a batch runs in the smallest that
  /// holds it.
  std::vector<std::uint32_t> batch_sizes = {1, 2, 4, 8, 16, 32};
  /// Milliseconds that frames may wait although a worker is idle, for clients that are about to
  /// send their next frame, 0 to 1,000; they do only where all are then answered earlier by what
  /// batches were seen to cost.
  std::uint32_t max_delay_ms = 5;
  /// Seconds until a batch that does not come back is given up and the server stops, 1 to 3,600.
  std::uint32_t hang_seconds = 60;
};

/// [chat]: event `message`.
struct chat_settings {
  /// "knowledge" answers from a folder of documents; "none" refuses every question.
  std::string backend = "knowledge";
  /// Folder of Markdown (.md) and question-and-answer (.qa) files; "embedded" for the one about
  /// Ocelli.
  std::string knowledge_path = "embedded";
  /// Threads that answer questions, 1 to 64.
  std::uint32_t workers = 1;
  /// Share of a question's words that a passage must cover to be an answer, 0 to 1.
  double minimum_coverage = 0.6;
  /// Bytes of one question, 16 to 1,048,576.
  std::uint32_t question_bytes = 8'192;
  /// Questions of one client that wait, 1 to 1,000; beyond it `overloaded`.
  std::uint32_t queue = 16;
  /// Bytes of conversation remembered per client, 0 to 16,777,216.
  std::uint32_t history_bytes = 16'384;
  /// Milliseconds that an answer may take, 100 to 600,000.
  std::uint32_t timeout_ms = 30'000;
};

/// [response]: what event `response` carries.
struct response_settings {
  /// Adds `label`, `confidence`, `top` and timings to the object; off, it has the one key `message`
  /// (and `id`).
  bool details = false;
  /// Labels in `top`, 1 to 100.
  std::uint32_t top = 5;
};

/// [log]
struct log_settings {
  /// "debug", "info", "warning" or "error".
  log_level level = log_level::info;
};

/// Everything that can be configured.
struct settings {
  server_settings server;
  limit_settings limits;
  frame_settings frames;
  model_settings model;
  inference_settings inference;
  chat_settings chat;
  response_settings response;
  log_settings log;
};

} // namespace ocelli::config
