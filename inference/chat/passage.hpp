#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::inference {

/// A piece of a document that can be an answer by itself.
struct passage {
  std::string source;  ///< Name of the document, as told to a client who asks for it.
  std::string heading; ///< Headings above it, outermost first, joined by " > "; may be empty.
  std::vector<std::string>
      questions;    ///< Questions that it answers word for word; empty for Markdown.
  std::string text; ///< Plain text, at most `passage_bytes` long, never empty.
};

/// Bytes of the longest passage.
inline constexpr std::size_t passage_bytes = 4'096;

/// A document is not in the form it should have; `what()` is `source:line: reason`.
class document_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Splits Markdown by headings (`#` form) and blank lines. Fenced code and what follows a line that
/// ends with a colon stay with the paragraph before; longer paragraphs are cut at the end of a
/// sentence or word. Emphasis, link targets, comments and code marks are taken away, the words
/// stay. Any text is acceptable.
std::vector<passage> split_markdown(std::string_view document, const std::string& source);

/// Splits a question-and-answer document: one or more lines `Q: question`, then `A: answer`, whose
/// further lines go up to the next `Q:` or the end. Lines that begin with `# ` are comments. Throws
/// `document_error` for anything else and for an answer longer than `passage_bytes`.
std::vector<passage> split_questions_and_answers(
    std::string_view document, const std::string& source);

} // namespace ocelli::inference
