#include "application/log.hpp"

#include <catch2/catch.hpp>

using ocelli::with_setting_names;

TEST_CASE("an option of the network library is named as the setting it follows from") {
  CHECK(with_setting_names("message of 9 bytes is over the limit message_bytes (8)") ==
        "message of 9 bytes is over the limit limits.message_bytes (8)");
  CHECK(with_setting_names("over connections (3) or connections_per_address (0)") ==
        "over limits.connections (3) or limits.connections_per_address (0)");
  CHECK(with_setting_names("write_queue_bytes (1)") == "limits.write_queue_bytes (1)");
}

TEST_CASE("other words stay as they are") {
  auto line = GENERATE(as<std::string>{}, "", "3 connections are open", "limits.message_bytes (8)",
      "all_message_bytes (8)", "port (5000)");
  CHECK(with_setting_names(line) == line);
}
