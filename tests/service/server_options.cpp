#include "net/service/server_options.hpp"

#include <catch2/catch.hpp>

using namespace ocelli;
using namespace std::chrono_literals;

TEST_CASE("the server's options follow from the settings") {
  config::settings configured;
  configured.server.host = "localhost";
  configured.server.port = 1;
  configured.server.path = "/eyes/";
  configured.server.cors_origins = {"https://example.org"};
  configured.server.ping_interval_ms = 101;
  configured.server.ping_timeout_ms = 102;
  configured.server.connect_timeout_ms = 103;
  configured.server.upgrade_timeout_ms = 104;
  configured.limits.message_bytes = 2'001;
  configured.limits.attachments = 3;
  configured.limits.json_depth = 4;
  configured.limits.connections = 5;
  configured.limits.connections_per_address = 6;
  configured.limits.write_queue_bytes = 5'007;
  configured.limits.write_queue_packets = 18;
  configured.limits.header_bytes = 2'009;
  configured.limits.header_timeout_ms = 110;
  configured.limits.body_timeout_ms = 111;

  auto options = net::to_server_options(configured);
  CHECK(options.engine.host == "localhost");
  CHECK(options.engine.port == 1);
  CHECK(options.engine.path == "/eyes/");
  CHECK(options.engine.cors_origins == std::vector<std::string>{"https://example.org"});
  CHECK(options.engine.ping_interval == 101ms);
  CHECK(options.engine.ping_timeout == 102ms);
  CHECK(options.connect_timeout == 103ms);
  CHECK(options.engine.upgrade_timeout == 104ms);
  CHECK(options.engine.message_bytes == 2'001);
  CHECK(options.attachments == 3);
  CHECK(options.json_depth == 4);
  CHECK(options.engine.connections == 5);
  CHECK(options.engine.connections_per_address == 6);
  CHECK(options.engine.write_queue_bytes == 5'007);
  CHECK(options.engine.write_queue_packets == 18);
  CHECK(options.engine.header_bytes == 2'009);
  CHECK(options.engine.header_timeout == 110ms);
  CHECK(options.engine.body_timeout == 111ms);
  CHECK(options.attachment_timeout == 111ms);
}
