#include "net/engineio/connection_registry.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <catch2/catch.hpp>

#include <utility>

using namespace ocelli::engineio;
using boost::asio::ip::make_address;

namespace {

struct counting_connection : connection {
  void stop() override { ++stops; }
  int stops = 0;
};

} // namespace

TEST_CASE("Connections are admitted up to the total and again when one has ended") {
  auto registry = std::make_shared<connection_registry>(2, 0);
  auto address = make_address("10.0.0.1");
  auto first = registry->admit(address);
  auto second = registry->admit(address);
  CHECK(first);
  CHECK(second);
  CHECK_FALSE(registry->admit(address));
  CHECK(registry->size() == 2);
  first = {};
  CHECK(registry->size() == 1);
  CHECK(registry->admit(address));
}

TEST_CASE("Connections from one address are admitted up to its own limit") {
  auto registry = std::make_shared<connection_registry>(10, 2);
  auto first = registry->admit(make_address("10.0.0.1"));
  auto second = registry->admit(make_address("10.0.0.1"));
  CHECK_FALSE(registry->admit(make_address("10.0.0.1")));
  CHECK(registry->admit(make_address("10.0.0.2")));
  CHECK(registry->admit(make_address("::1")));
  second = {};
  CHECK(registry->admit(make_address("10.0.0.1")));
}

TEST_CASE("A ticket that is moved counts once") {
  auto registry = std::make_shared<connection_registry>(10, 0);
  auto ticket = registry->admit(make_address("10.0.0.1"));
  auto moved = std::move(ticket);
  CHECK(registry->size() == 1);
  CHECK(moved);
  moved = registry->admit(make_address("10.0.0.2"));
  CHECK(registry->size() == 1);
}

TEST_CASE("Stopping stops every connection, also one that is attached later, and admits no other") {
  auto registry = std::make_shared<connection_registry>(10, 0);
  auto early = std::make_shared<counting_connection>();
  auto late = std::make_shared<counting_connection>();
  auto gone = std::make_shared<counting_connection>();
  auto first = registry->admit(make_address("10.0.0.1"));
  auto second = registry->admit(make_address("10.0.0.1"));
  auto third = registry->admit(make_address("10.0.0.1"));
  first.attach(early);
  third.attach(gone);
  gone.reset();
  registry->stop();
  CHECK(early->stops == 1);
  second.attach(late);
  CHECK(late->stops == 1);
  CHECK_FALSE(registry->admit(make_address("10.0.0.1")));
}
