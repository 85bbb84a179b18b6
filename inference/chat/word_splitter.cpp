#include "inference/chat/word_splitter.hpp"

#include "inference/chat/sqlite.hpp"

#include <mutex>
#include <new>
#include <stdexcept>

namespace ocelli::inference {
namespace {

fts5_api* find_fts5(sqlite3* open) {
  fts5_api* found = nullptr;
  const auto query = sqlite::prepare(open, "SELECT fts5(?1)");
  sqlite3_bind_pointer(query.get(), 1, static_cast<void*>(&found), "fts5_api_ptr", nullptr);
  sqlite::require(open, sqlite3_step(query.get()));
  if (found == nullptr) {
    throw std::runtime_error("SQLite was built without FTS5; install Debian's libsqlite3-0");
  }
  return found;
}

/// Where the words of one text are collected.
struct collection {
  std::string_view text;
  std::size_t limit;
  std::vector<word_splitter::word> words;
};

int collect(
    void* context, int /*flags*/, const char* stem, int stem_bytes, int begin, int end) noexcept {
  auto& collected = *static_cast<collection*>(context);
  if (collected.words.size() == collected.limit) {
    return SQLITE_DONE;
  }
  try {
    const auto written = collected.text.substr(
        static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    collected.words.push_back(
        {std::string(written), std::string(stem, static_cast<std::size_t>(stem_bytes))});
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  }
  return SQLITE_OK;
}

} // namespace

struct word_splitter::state {
  sqlite::database database = sqlite::open_in_memory();
  fts5_tokenizer rules = {};
  Fts5Tokenizer* tokenizer = nullptr;
  std::mutex mutex; // the stemmer works in a buffer of its own

  state() {
    auto* const fts5 = find_fts5(database.get());
    void* rules_context = nullptr;
    sqlite::require(database.get(), fts5->xFindTokenizer(fts5, "porter", &rules_context, &rules));
    const char* arguments[] = {"unicode61", "remove_diacritics", "2"};
    sqlite::require(database.get(), rules.xCreate(rules_context, arguments, 3, &tokenizer));
  }
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() {
    if (tokenizer != nullptr) {
      rules.xDelete(tokenizer);
    }
  }
};

word_splitter::word_splitter() : state_(std::make_unique<state>()) {}

word_splitter::~word_splitter() = default;

std::vector<word_splitter::word> word_splitter::split(
    std::string_view text, std::size_t limit) const {
  collection collected{text, limit, {}};
  const std::scoped_lock lock(state_->mutex);
  const auto result = state_->rules.xTokenize(state_->tokenizer, &collected, FTS5_TOKENIZE_AUX,
      text.data(), static_cast<int>(text.size()), collect);
  if (result == SQLITE_NOMEM) {
    throw std::bad_alloc();
  }
  return std::move(collected.words);
}

} // namespace ocelli::inference
