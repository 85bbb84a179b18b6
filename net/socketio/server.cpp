#include "net/socketio/server.hpp"

#include "net/socketio/connection.hpp"
#include "net/socketio/connection_settings.hpp"
#include "net/socketio/recovery_log.hpp"

#include <utility>

namespace ocelli::socketio {

namespace {

std::shared_ptr<recovery_log> make_recovery_log(
    boost::asio::io_context& context, const server_options& options) {
  if (!options.recovery.enabled)
    return nullptr;
  // the other half of a write queue is for what the client's other namespaces send
  return std::make_shared<recovery_log>(context.get_executor(), options.recovery,
      options.engine.write_queue_packets / 2, options.engine.write_queue_bytes / 2);
}

} // namespace

struct server::implementation {
  implementation(boost::asio::io_context& context, server_options options)
      : engine(context, options.engine) {
    settings->namespaces =
        std::make_shared<namespace_registry>(make_recovery_log(context, options));
    settings->options = std::move(options);
  }

  std::shared_ptr<connection_settings> settings = std::make_shared<connection_settings>();
  engineio::server engine;
};

server::server(boost::asio::io_context& context, server_options options)
    : self_(std::make_shared<implementation>(context, std::move(options))) {}

server::~server() = default;

name_space& server::of(const std::string& name) { return self_->settings->namespaces->of(name); }

namespace_handlers& server::of(namespace_predicate matches) {
  return self_->settings->namespaces->of(std::move(matches));
}

std::shared_ptr<const name_space> server::find(std::string_view name) const {
  return self_->settings->namespaces->find(name);
}

void server::on_handshake(engineio::server::handshake_handler handler) {
  self_->engine.on_handshake(std::move(handler));
}

void server::on_request(engineio::server::request_handler handler) {
  self_->engine.on_request(std::move(handler));
}

void server::on_log(engineio::server::log_handler handler) {
  self_->settings->log = handler;
  self_->engine.on_log(std::move(handler));
}

void server::listen() {
  self_->engine.on_open([settings = std::shared_ptr<const connection_settings>(self_->settings)](
                            const engineio::session_ptr& session) {
    return make_session_handler(session, settings);
  });
  self_->engine.listen();
}

std::uint16_t server::port() const noexcept { return self_->engine.port(); }

void server::refuse_handshakes() noexcept { self_->engine.refuse_handshakes(); }

void server::close_all(std::function<void()> done) { self_->engine.close_all(std::move(done)); }

void server::stop_listening() {
  self_->engine.stop_listening();
  if (const auto& recovery = self_->settings->namespaces->recovery())
    recovery->stop();
}

std::size_t server::sessions() const noexcept { return self_->engine.sessions(); }

engineio::server_statistics server::statistics() const { return self_->engine.statistics(); }

} // namespace ocelli::socketio
