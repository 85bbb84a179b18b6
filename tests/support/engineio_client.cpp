#include "support/engineio_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <algorithm>
#include <cctype>

namespace ocelli::test_support {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

void connect(tcp::socket& socket, std::uint16_t port) {
  socket.connect({asio::ip::address_v4::loopback(), port});
  socket.set_option(tcp::no_delay(true));
}

void close_with_reset(tcp::socket& socket) {
  socket.set_option(asio::socket_base::linger(true, 0));
  socket.close();
}

bool write_all(tcp::socket& socket, std::string_view bytes) {
  boost::system::error_code error;
  asio::write(socket, asio::buffer(bytes), error);
  return !error;
}

} // namespace

struct http_client::implementation {
  asio::io_context io;
  tcp::socket socket{io};
  beast::flat_buffer buffer;
};

http_client::http_client(std::uint16_t port) : self_(std::make_unique<implementation>()) {
  connect(self_->socket, port);
}

http_client::http_client(http_client&&) noexcept = default;
http_client::~http_client() = default;

http_answer http_client::request(std::string_view method, std::string_view target,
    std::string_view body, const header_fields& fields) {
  send(method, target, body, fields);
  return receive(method == "HEAD");
}

void http_client::send(std::string_view method, std::string_view target, std::string_view body,
    const header_fields& fields) {
  std::string text(method);
  text.append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
  for (const auto& [name, value] : fields)
    text.append(name).append(": ").append(value).append("\r\n");
  if (!body.empty() || method == "POST")
    text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  text.append("\r\n").append(body);
  asio::write(self_->socket, asio::buffer(text));
}

http_answer http_client::receive(bool head) {
  http::response_parser<http::string_body> parser;
  parser.body_limit(64U << 20U);
  parser.skip(head);
  http::read(self_->socket, self_->buffer, parser);
  http_answer answer;
  answer.status = parser.get().result_int();
  for (const auto& field : parser.get()) {
    std::string name(field.name_string());
    std::transform(
        name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    answer.fields[name] = std::string(field.value());
  }
  answer.body = parser.get().body();
  return answer;
}

bool http_client::write(std::string_view bytes) { return write_all(self_->socket, bytes); }

std::string http_client::read_to_end() {
  std::string text(static_cast<const char*>(self_->buffer.data().data()), self_->buffer.size());
  boost::system::error_code ended;
  asio::read(self_->socket, asio::dynamic_buffer(text), ended);
  return text;
}

void http_client::reset() { close_with_reset(self_->socket); }

struct websocket_client::implementation {
  asio::io_context io;
  beast::websocket::stream<tcp::socket> stream{io};
};

websocket_client::websocket_client(
    std::uint16_t port, std::string_view target, const header_fields& fields)
    : self_(std::make_unique<implementation>()) {
  connect(self_->stream.next_layer(), port);
  self_->stream.read_message_max(0);
  self_->stream.set_option(
      beast::websocket::stream_base::decorator([&fields](beast::websocket::request_type& request) {
        for (const auto& [name, value] : fields)
          request.set(name, value);
      }));
  self_->stream.handshake("localhost", std::string(target));
}

websocket_client::websocket_client(websocket_client&&) noexcept = default;
websocket_client::~websocket_client() = default;

void websocket_client::send(std::string_view text) {
  self_->stream.text(true);
  self_->stream.write(asio::buffer(text));
}

void websocket_client::send_binary(std::string_view bytes) {
  self_->stream.binary(true);
  self_->stream.write(asio::buffer(bytes));
}

void websocket_client::send_part(std::string_view part, bool last) {
  self_->stream.text(true);
  self_->stream.write_some(last, asio::buffer(part));
}

bool websocket_client::write(std::string_view bytes) {
  return write_all(self_->stream.next_layer(), bytes);
}

std::optional<websocket_client::message> websocket_client::receive() {
  beast::flat_buffer buffer;
  boost::system::error_code error;
  self_->stream.read(buffer, error);
  if (error)
    return std::nullopt;
  return message{self_->stream.got_binary(), beast::buffers_to_string(buffer.data())};
}

std::string websocket_client::receive_text() {
  auto next = receive();
  return next ? next->data : std::string();
}

std::uint16_t websocket_client::wait_for_close() {
  while (receive()) {
  }
  return self_->stream.reason().code;
}

void websocket_client::close() {
  boost::system::error_code ignored;
  self_->stream.close(beast::websocket::close_code::normal, ignored);
}

void websocket_client::reset() { close_with_reset(self_->stream.next_layer()); }

} // namespace ocelli::test_support
