#include "net/service/server_options.hpp"

namespace ocelli::net {

socketio::server_options to_server_options(const config::settings& configured) {
  using std::chrono::milliseconds;
  auto& server = configured.server;
  auto& limits = configured.limits;
  socketio::server_options result;
  auto& engine = result.engine;
  engine.host = server.host;
  engine.port = server.port;
  engine.path = server.path;
  engine.cors_origins = server.cors_origins;
  engine.ping_interval = milliseconds{server.ping_interval_ms};
  engine.ping_timeout = milliseconds{server.ping_timeout_ms};
  engine.upgrade_timeout = milliseconds{server.upgrade_timeout_ms};
  engine.header_timeout = milliseconds{limits.header_timeout_ms};
  engine.body_timeout = milliseconds{limits.body_timeout_ms};
  engine.message_bytes = limits.message_bytes;
  engine.header_bytes = limits.header_bytes;
  engine.connections = limits.connections;
  engine.connections_per_address = limits.connections_per_address;
  engine.write_queue_bytes = limits.write_queue_bytes;
  engine.write_queue_packets = limits.write_queue_packets;
  result.connect_timeout = milliseconds{server.connect_timeout_ms};
  result.attachment_timeout = milliseconds{limits.body_timeout_ms};
  result.attachments = limits.attachments;
  result.json_depth = limits.json_depth;
  return result;
}

} // namespace ocelli::net
