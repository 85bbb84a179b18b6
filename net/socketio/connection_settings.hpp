#pragma once

#include "net/engineio/server.hpp"
#include "net/socketio/namespace_registry.hpp"
#include "net/socketio/server_options.hpp"

#include <memory>

namespace ocelli::socketio {

/// What all connections of a server share; constant once it listens.
struct connection_settings {
  server_options options;
  std::shared_ptr<namespace_registry> namespaces = std::make_shared<namespace_registry>();
  engineio::server::log_handler log;
};

} // namespace ocelli::socketio
