#include "net/socketio/acknowledgement_table.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <vector>

using namespace ocelli::socketio;
using namespace std::chrono_literals;

namespace {

using time_point = acknowledgement_table::time_point;

constexpr time_point start{};

struct noted_table {
  std::optional<std::uint64_t> add(const std::string& name, time_point deadline) {
    return table.add([this, name](const answer&) { called.push_back(name); }, deadline, 3);
  }
  void call(const std::vector<answer_handler>& handlers) {
    for (const auto& handler : handlers)
      handler({});
  }

  acknowledgement_table table;
  std::vector<std::string> called;
};

using names = std::vector<std::string>;

} // namespace

TEST_CASE_METHOD(noted_table, "Acknowledgements are numbered from 0, and numbers are not reused") {
  CHECK(add("a", start) == 0U);
  CHECK(add("b", start) == 1U);
  table.take(1);
  CHECK(add("c", start) == 2U);
}

TEST_CASE_METHOD(noted_table, "The handler of a number leaves the table once") {
  add("a", start);
  add("b", start);
  table.take(1)({});
  CHECK(called == names{"b"});
  CHECK_FALSE(table.take(1));
  CHECK_FALSE(table.take(7));
  CHECK(table.take(0));
}

TEST_CASE_METHOD(noted_table, "As many acknowledgements wait as the limit and no more") {
  CHECK(add("a", start));
  CHECK(add("b", start));
  CHECK(add("c", start));
  CHECK_FALSE(add("d", start));
  table.take(0);
  CHECK(add("e", start) == 3U);
}

TEST_CASE_METHOD(noted_table, "Those whose deadline has come leave, the earliest first") {
  CHECK_FALSE(table.next_deadline());
  add("late", start + 30ms);
  add("early", start + 10ms);
  add("next", start + 20ms);
  CHECK(table.next_deadline() == start + 10ms);
  CHECK(table.take_expired(start + 9ms).empty());
  call(table.take_expired(start + 20ms));
  CHECK(called == names{"early", "next"});
  CHECK(table.next_deadline() == start + 30ms);
  CHECK_FALSE(table.take(1));
}

TEST_CASE_METHOD(noted_table, "All leave together in the order of their numbers") {
  add("a", start + 30ms);
  add("b", start + 10ms);
  call(table.take_all());
  CHECK(called == names{"a", "b"});
  CHECK_FALSE(table.next_deadline());
  CHECK(table.take_all().empty());
}
