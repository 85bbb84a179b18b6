#include "inference/chat/passage.hpp"

#include "inference/chat/plain_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace ocelli::inference {
namespace {

constexpr std::size_t heading_levels = 6;

/// Collects paragraphs of one Markdown document under the headings they stand below.
class markdown_splitter {
 public:
  explicit markdown_splitter(const std::string& source) : source_(source) {}

  std::vector<passage> split(std::string_view document) {
    for (const auto line : lines_of(document)) {
      read(line);
    }
    finish_paragraph();
    return std::move(passages_);
  }

 private:
  void read(std::string_view line) {
    const auto content = trimmed(line);
    if (in_comment_) {
      in_comment_ = content.find("-->") == std::string_view::npos;
      return;
    }
    if (!fence_.empty()) {
      read_code(line, content);
      return;
    }
    if (content.starts_with("```") || content.starts_with("~~~")) {
      // code belongs to the sentence that introduces it
      resume_paragraph();
      fence_ = content.substr(0, 3);
      introduces_ = false;
      return;
    }
    if (content.starts_with("<!--")) {
      in_comment_ = content.find("-->") == std::string_view::npos;
      return;
    }
    if (const auto level = heading_level(content); level > 0) {
      finish_paragraph();
      resumable_ = false;
      headings_[level - 1] = without_markup(trimmed(content.substr(level)));
      std::fill(
          headings_.begin() + static_cast<std::ptrdiff_t>(level), headings_.end(), std::string());
      return;
    }
    if (content.empty()) {
      finish_paragraph();
      return;
    }
    if (paragraph_.empty() && introduces_) {
      resume_paragraph();
    }
    append(without_markup(line));
    introduces_ = content.ends_with(':');
  }

  void read_code(std::string_view line, std::string_view content) {
    if (content.starts_with(fence_)) {
      fence_ = {};
      return;
    }
    append(line);
  }

  static std::size_t heading_level(std::string_view content) {
    const auto level = std::min(content.find_first_not_of('#'), content.size());
    const auto separated = level == content.size() || content[level] == ' ';
    return level >= 1 && level <= heading_levels && separated ? level : 0;
  }

  void append(std::string_view line) {
    if (!paragraph_.empty()) {
      paragraph_ += '\n';
    }
    paragraph_ += line;
  }

  /// Goes on with the last paragraph under the same heading.
  void resume_paragraph() {
    if (!paragraph_.empty() || !resumable_) {
      return;
    }
    paragraph_ = std::move(passages_.back().text);
    passages_.pop_back();
    resumable_ = false;
  }

  void finish_paragraph() {
    for (auto& piece : pieces_of(paragraph_, passage_bytes)) {
      passages_.push_back({source_, heading_path(), {}, std::move(piece)});
      resumable_ = true;
    }
    paragraph_.clear();
  }

  std::string heading_path() const {
    std::string path;
    for (const auto& heading : headings_) {
      if (heading.empty()) {
        continue;
      }
      path += path.empty() ? "" : " > ";
      path += heading;
    }
    return path;
  }

  const std::string& source_;
  std::vector<passage> passages_;
  std::array<std::string, heading_levels> headings_;
  std::string paragraph_;
  std::string_view fence_;
  bool in_comment_ = false;
  bool introduces_ = false;
  bool resumable_ = false;
};

[[noreturn]] void refuse(const std::string& source, std::size_t line, std::string_view reason) {
  throw document_error(fmt::format("{}:{}: {}", source, line, reason));
}

/// What stands behind `mark` at the start of `line`, or nothing.
bool take_mark(std::string_view line, std::string_view mark, std::string_view& rest) {
  if (!line.starts_with(mark)) {
    return false;
  }
  rest = trimmed(line.substr(mark.size()));
  return true;
}

/// Collects the blocks of one question-and-answer document.
class block_reader {
 public:
  explicit block_reader(const std::string& source) : source_(source) {}

  std::vector<passage> split(std::string_view document) {
    for (const auto line : lines_of(document)) {
      ++line_;
      if (!line.starts_with("# ") && line != "#") {
        read(line);
      }
    }
    finish_block();
    return std::move(passages_);
  }

 private:
  void read(std::string_view line) {
    std::string_view rest;
    if (take_mark(line, "Q:", rest)) {
      if (in_answer_ || questions_.empty()) {
        finish_block();
        first_line_ = line_;
      }
      if (rest.empty()) {
        refuse(source_, line_, "a question is missing after 'Q:'");
      }
      questions_.emplace_back(rest);
      return;
    }
    if (take_mark(line, "A:", rest)) {
      if (questions_.empty() || in_answer_) {
        refuse(source_, line_, "'A:' needs a 'Q:' before it");
      }
      in_answer_ = true;
      answer_ = rest;
      return;
    }
    if (in_answer_) {
      answer_ += '\n';
      answer_ += line;
    } else if (!trimmed(line).empty()) {
      refuse(source_, line_, "expected a line that begins with 'Q:', 'A:' or '# '");
    }
  }

  void finish_block() {
    if (questions_.empty()) {
      return;
    }
    const auto text = trimmed(answer_);
    if (text.empty()) {
      refuse(source_, first_line_, "the question has no answer; write it behind 'A:'");
    }
    if (text.size() > passage_bytes) {
      refuse(source_, first_line_,
          fmt::format("the answer is longer than {} bytes; shorten it", passage_bytes));
    }
    passages_.push_back({source_, {}, std::move(questions_), std::string(text)});
    questions_.clear();
    answer_.clear();
    in_answer_ = false;
  }

  const std::string& source_;
  std::vector<passage> passages_;
  std::vector<std::string> questions_;
  std::string answer_;
  std::size_t line_ = 0;
  std::size_t first_line_ = 0;
  bool in_answer_ = false;
};

} // namespace

std::vector<passage> split_markdown(std::string_view document, const std::string& source) {
  return markdown_splitter(source).split(document);
}

std::vector<passage> split_questions_and_answers(
    std::string_view document, const std::string& source) {
  return block_reader(source).split(document);
}

} // namespace ocelli::inference
