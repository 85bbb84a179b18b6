#pragma once

#include "net/engineio/server.hpp"
#include "net/socketio/server.hpp"

#include <boost/asio/io_context.hpp>

namespace ocelli::conformance {

/// What the Engine.IO protocol's own test suite asks of a server: port 3000, path `/engine.io/`,
/// heartbeats every 300 ms with 200 ms for the answer, every origin allowed.
engineio::server_options engineio_suite_options();

/// What the Socket.IO protocol's own test suite asks of a server: as above with path `/socket.io/`,
/// 1 s to join a namespace, 1,000,000 bytes for the largest payload.
socketio::server_options socketio_suite_options();

/// What the test suite of the JavaScript client asks of a server: port 3210, heartbeats every 2 s,
/// connection state recovery.
socketio::server_options client_suite_options();

/// The library's own defaults on port 3001.
socketio::server_options echo_options();

/// Sends every message back as it came, text and binary.
void bind_engineio_suite(engineio::server& server);

/// Namespaces `/` and `/custom` greet a client with event `auth`, which carries what it joined
/// with. In `/`, event `message` comes back as `message-back`, and `message-with-ack` through its
/// acknowledgement, both with their arguments and attachments. `emit-with-ack` comes back asking
/// for an acknowledgement itself, which comes back as `emit-with-ack` when it arrives within 200
/// ms.
void bind_socketio_suite(socketio::server& server);

/// The namespaces, middlewares and events of the JavaScript client's suite. Handshakes are answered
/// after 10 ms, so that a client that gives up at once does so before.
void bind_client_suite(socketio::server& server, boost::asio::io_context& io);

/// Namespace `/` sends every event back with its arguments and attachments: through its
/// acknowledgement, or under its own name when none was asked for.
void bind_echo(socketio::server& server);

} // namespace ocelli::conformance
