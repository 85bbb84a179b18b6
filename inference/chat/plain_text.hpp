#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ocelli::inference {

/// `text` without spaces, tabs and line ends at either side.
std::string_view trimmed(std::string_view text);

/// `text` with the letters A to Z as a to z.
std::string lower_case(std::string_view text);

/// The lines of `text` without their ends, which may be `\n` or `\r\n`; a byte order mark is
/// skipped.
std::vector<std::string_view> lines_of(std::string_view text);

/// A line of Markdown as a person would read it aloud: `[words](target)` and `![words](target)`
/// become the words, asterisks and underscores around words go, so do backquotes and a backslash
/// before a mark.
std::string without_markup(std::string_view line);

/// Cuts `text` into pieces of at most `limit` bytes, at least 4, that lose nothing but the spaces
/// between them: after the end of a sentence if there is one in the second half, else between
/// words, else between characters.
std::vector<std::string> pieces_of(std::string_view text, std::size_t limit);

} // namespace ocelli::inference
