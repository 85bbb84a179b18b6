#include "inference/chat/sqlite.hpp"

#include <stdexcept>

namespace ocelli::inference::sqlite {

database open_in_memory() {
  sqlite3* open = nullptr;
  const auto result =
      sqlite3_open_v2(":memory:", &open, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  database owned(open);
  require(open, result);
  return owned;
}

statement prepare(sqlite3* open, const std::string& text) {
  sqlite3_stmt* prepared = nullptr;
  require(open, sqlite3_prepare_v2(
                    open, text.c_str(), static_cast<int>(text.size()) + 1, &prepared, nullptr));
  return statement(prepared);
}

void require(sqlite3* open, int result) {
  if (result == SQLITE_OK || result == SQLITE_ROW || result == SQLITE_DONE) {
    return;
  }
  throw std::runtime_error(
      std::string("SQLite: ") + (open == nullptr ? sqlite3_errstr(result) : sqlite3_errmsg(open)));
}

} // namespace ocelli::inference::sqlite
