#include "net/socketio/namespace_handlers.hpp"

#include "net/socketio/packet.hpp"

#include <cassert>
#include <functional>
#include <unordered_map>
#include <utility>

namespace ocelli::socketio {

struct namespace_handlers::table {
  struct hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::vector<middleware> middlewares;
  connection_handler connection;
  event_handler any;
  std::unordered_map<std::string, event_handler, hash, std::equal_to<>> events;
  disconnect_handler disconnect;
};

namespace_handlers::namespace_handlers() : table_(std::make_shared<table>()) {}

namespace_handlers& namespace_handlers::use(middleware check) {
  table_->middlewares.push_back(std::move(check));
  return *this;
}

namespace_handlers& namespace_handlers::on_connection(connection_handler handler) {
  table_->connection = std::move(handler);
  return *this;
}

namespace_handlers& namespace_handlers::on(const std::string& name, event_handler handler) {
  assert(!is_reserved_event(name));
  table_->events.insert_or_assign(name, std::move(handler));
  return *this;
}

namespace_handlers& namespace_handlers::on_any(event_handler handler) {
  table_->any = std::move(handler);
  return *this;
}

namespace_handlers& namespace_handlers::on_disconnect(disconnect_handler handler) {
  table_->disconnect = std::move(handler);
  return *this;
}

const std::vector<middleware>& namespace_handlers::middlewares() const noexcept {
  return table_->middlewares;
}

void namespace_handlers::handle_connection(const socket_ptr& client) const {
  if (table_->connection)
    table_->connection(client);
}

void namespace_handlers::handle_event(const socket_ptr& client, const event& incoming) const {
  if (table_->any)
    table_->any(client, incoming);
  const auto found = table_->events.find(incoming.name);
  if (found != table_->events.end())
    found->second(client, incoming);
}

void namespace_handlers::handle_disconnect(
    const socket_ptr& client, std::string_view reason) const {
  if (table_->disconnect)
    table_->disconnect(client, reason);
}

} // namespace ocelli::socketio
