#include "inference/chat/passage_index.hpp"

#include "inference/chat/sqlite.hpp"
#include "inference/chat/word_splitter.hpp"

#include <fmt/format.h>

#include <mutex>

namespace ocelli::inference {
namespace {

/// Steps of SQLite's machine between two looks at the stop token: some ten microseconds.
constexpr int steps_between_checks = 1'000;

void execute(sqlite3* open, const std::string& text) {
  sqlite::require(open, sqlite3_exec(open, text.c_str(), nullptr, nullptr, nullptr));
}

void bind_text(sqlite3* open, sqlite3_stmt* statement, int position, const std::string& text) {
  sqlite::require(open, sqlite3_bind_text64(statement, position, text.data(), text.size(),
                            SQLITE_TRANSIENT, SQLITE_UTF8));
}

std::string joined(const std::vector<std::string>& lines) {
  return fmt::format("{}", fmt::join(lines, "\n"));
}

/// Every word as a string of FTS5's query language, in which only the quotation mark means
/// something.
std::string any_of(const std::vector<std::string>& words) {
  std::string expression;
  for (const auto& word : words) {
    expression += expression.empty() ? "\"" : " OR \"";
    for (const auto character : word) {
      expression.append(character == '"' ? 2 : 1, character == '\0' ? ' ' : character);
    }
    expression += '"';
  }
  return expression;
}

int is_stopped(void* stop) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

} // namespace

struct passage_index::state {
  sqlite::database database = sqlite::open_in_memory();
  sqlite::statement query;
  std::mutex mutex; // one statement, one progress handler

  explicit state(const std::vector<passage>& passages) {
    auto* const open = database.get();
    // the texts stay with the passages: content='' keeps only the index
    execute(
        open, fmt::format(
                  "CREATE VIRTUAL TABLE passages USING fts5(questions, heading, text, content='', "
                  "tokenize='{}')",
                  word_rules));
    execute(open, "BEGIN");
    const auto insert = sqlite::prepare(
        open, "INSERT INTO passages (rowid, questions, heading, text) VALUES (?1, ?2, ?3, ?4)");
    sqlite3_int64 row = 0;
    for (const auto& added : passages) {
      sqlite::require(open, sqlite3_bind_int64(insert.get(), 1, row++));
      bind_text(open, insert.get(), 2, joined(added.questions));
      bind_text(open, insert.get(), 3, added.heading);
      bind_text(open, insert.get(), 4, added.text);
      sqlite::require(open, sqlite3_step(insert.get()));
      sqlite::require(open, sqlite3_reset(insert.get()));
    }
    execute(open, "COMMIT");
    query = sqlite::prepare(open, "SELECT rowid FROM passages WHERE passages MATCH ?1 "
                                  "ORDER BY bm25(passages, 4.0, 2.0, 1.0), rowid LIMIT ?2");
  }
};

passage_index::passage_index(const std::vector<passage>& passages)
    : state_(std::make_unique<state>(passages)) {}

passage_index::~passage_index() = default;

std::vector<std::size_t> passage_index::search(
    const std::vector<std::string>& words, std::size_t limit, const std::stop_token& stop) const {
  std::vector<std::size_t> found;
  if (words.empty()) {
    return found;
  }
  const std::scoped_lock lock(state_->mutex);
  auto* const open = state_->database.get();
  auto* const query = state_->query.get();
  auto watched = stop;
  sqlite3_progress_handler(open, steps_between_checks, is_stopped, &watched);
  bind_text(open, query, 1, any_of(words));
  sqlite::require(open, sqlite3_bind_int64(query, 2, static_cast<sqlite3_int64>(limit)));
  auto result = sqlite3_step(query);
  while (result == SQLITE_ROW) {
    found.push_back(static_cast<std::size_t>(sqlite3_column_int64(query, 0)));
    result = sqlite3_step(query);
  }
  sqlite3_reset(query);
  sqlite3_progress_handler(open, 0, nullptr, nullptr);
  if (result == SQLITE_INTERRUPT) {
    return {};
  }
  sqlite::require(open, result);
  return found;
}

} // namespace ocelli::inference
