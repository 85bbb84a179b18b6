#pragma once

#include "config/settings.hpp"
#include "net/socketio/server.hpp"

namespace ocelli::net {

/// The Socket.IO server's options that follow from the settings.
socketio::server_options to_server_options(const config::settings& configured);

} // namespace ocelli::net
