#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>

namespace ocelli::inference::sqlite {

/// Closes a connection.
struct close_database {
  void operator()(sqlite3* open) const { sqlite3_close_v2(open); }
};

/// Ends a prepared statement.
struct finalize_statement {
  void operator()(sqlite3_stmt* prepared) const { sqlite3_finalize(prepared); }
};

/// An open connection.
using database = std::unique_ptr<sqlite3, close_database>;

/// A prepared statement; ends before its connection does.
using statement = std::unique_ptr<sqlite3_stmt, finalize_statement>;

/// Opens a database of its own in memory. Throws `std::runtime_error`.
database open_in_memory();

/// Prepares one statement. Throws `std::runtime_error`.
statement prepare(sqlite3* open, const std::string& text);

/// Throws `std::runtime_error` with the connection's message unless `result` is `SQLITE_OK`,
/// `SQLITE_ROW` or `SQLITE_DONE`.
void require(sqlite3* open, int result);

} // namespace ocelli::inference::sqlite
