#include "net/socketio/room_table.hpp"

#include "support/fake_socket.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

using namespace ocelli::socketio;
using ocelli::test::fake_socket;

namespace {

using names = std::vector<std::string>;

/// Clients "a", "b" and "c" of a namespace.
struct three_clients {
  three_clients() {
    for (const auto& client : {a, b, c})
      table.insert(client);
  }

  names select(broadcast_target target) const {
    names ids;
    for (const auto& client : table.select(target))
      ids.push_back(client->id());
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  bool join(const socket_ptr& client, std::string_view room) {
    return table.join(*client, room, 100);
  }

  std::shared_ptr<fake_socket> a = std::make_shared<fake_socket>("a");
  std::shared_ptr<fake_socket> b = std::make_shared<fake_socket>("b");
  std::shared_ptr<fake_socket> c = std::make_shared<fake_socket>("c");
  room_table table;
};

} // namespace

TEST_CASE_METHOD(
    three_clients, "Without rooms everybody is meant, with them those who are in one") {
  join(a, "x");
  join(b, "y");
  join(b, "x");
  CHECK(select({}) == names{"a", "b", "c"});
  CHECK(select({{"x"}, {}}) == names{"a", "b"});
  CHECK(select({{"x", "y"}, {}}) == names{"a", "b"});
  CHECK(select({{"nobody"}, {}}).empty());
}

TEST_CASE_METHOD(three_clients, "Those in an excepted room are left out") {
  join(a, "x");
  join(b, "x");
  join(b, "y");
  CHECK(select({{}, {"x"}}) == names{"c"});
  CHECK(select({{"x"}, {"y"}}) == names{"a"});
  CHECK(select({{"x"}, {"nobody"}}) == names{"a", "b"});
}

TEST_CASE_METHOD(three_clients, "A client's id is a room in which it is alone") {
  CHECK(select({{"a", "c"}, {}}) == names{"a", "c"});
  CHECK(select({{}, {"b"}}) == names{"a", "c"});
  SECTION("unless others join it") {
    join(b, "a");
    CHECK(select({{"a"}, {}}) == names{"a", "b"});
  }
}

TEST_CASE_METHOD(three_clients, "A client's rooms are those that it joined and did not leave") {
  CHECK(table.rooms(*a).empty());
  join(a, "x");
  join(a, "y");
  join(a, "x");
  CHECK(table.rooms(*a) == names{"x", "y"});
  table.leave(*a, "x");
  table.leave(*a, "never");
  table.leave(*b, "y");
  CHECK(table.rooms(*a) == names{"y"});
  CHECK(select({{"x"}, {}}).empty());
}

TEST_CASE_METHOD(three_clients, "A client may be in as many rooms as the limit and no more") {
  CHECK(table.join(*a, "x", 2));
  CHECK(table.join(*a, "y", 2));
  CHECK_FALSE(table.join(*a, "z", 2));
  CHECK(table.join(*a, "y", 2));
  table.leave(*a, "x");
  CHECK(table.join(*a, "z", 2));
}

TEST_CASE_METHOD(three_clients,
    "A client that leaves the table leaves its rooms, and rooms end with their last client") {
  join(a, "x");
  join(b, "x");
  join(b, "y");
  CHECK(table.room_count() == 2);
  table.erase(*b);
  CHECK(select({{"x", "y"}, {}}) == names{"a"});
  CHECK(table.room_count() == 1);
  CHECK(table.size() == 2);
  table.leave(*a, "x");
  CHECK(table.room_count() == 0);
  CHECK_FALSE(join(b, "x"));
  CHECK(table.rooms(*b).empty());
}

TEST_CASE_METHOD(three_clients, "A client can be put into rooms when it joins the table") {
  const auto d = std::make_shared<fake_socket>("d");
  table.insert(d, {"x", "y"});
  CHECK(table.rooms(*d) == names{"x", "y"});
  CHECK(select({{"x"}, {}}) == names{"d"});
}

TEST_CASE_METHOD(three_clients, "A client is not mistaken for one that had its id before") {
  table.erase(*a);
  const auto again = std::make_shared<fake_socket>("a");
  table.insert(again, {"x"});
  table.erase(*a);
  table.leave(*a, "x");
  CHECK(table.rooms(*again) == names{"x"});
  CHECK(select({{"a"}, {}}) == names{"a"});
}

TEST_CASE_METHOD(three_clients, "The table keeps no client alive") {
  const auto gone = std::make_shared<fake_socket>("gone");
  CHECK(gone.use_count() == 1);
  table.insert(gone, {"x"});
  CHECK(gone.use_count() == 1);
}
