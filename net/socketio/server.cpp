#include "net/socketio/server.hpp"

#include "net/socketio/connection.hpp"

#include <utility>

namespace ocelli::socketio {

struct server::implementation {
  implementation(boost::asio::io_context& context, server_options options)
      : engine(context, options.engine) {
    settings->options = std::move(options);
  }

  std::shared_ptr<connection_settings> settings = std::make_shared<connection_settings>();
  engineio::server engine;
};

server::server(boost::asio::io_context& context, server_options options)
    : self_(std::make_shared<implementation>(context, std::move(options))) {}

server::~server() = default;

void server::on_connection(const std::string& name, connection_handler handler) {
  self_->settings->namespaces.insert_or_assign(name, std::move(handler));
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

void server::stop_listening() { self_->engine.stop_listening(); }

std::size_t server::sessions() const noexcept { return self_->engine.sessions(); }

engineio::server_statistics server::statistics() const { return self_->engine.statistics(); }

} // namespace ocelli::socketio
