#include "inference/chat/plain_text.hpp"

#include <algorithm>
#include <cassert>
#include <cctype>

namespace ocelli::inference {
namespace {

constexpr std::string_view spaces = " \t\r\n";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_word_character(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 || (character & 0x80) != 0;
}

bool is_space(char character) { return spaces.find(character) != std::string_view::npos; }

/// Position behind the link that begins with the bracket at `open`, and its words; `open` itself
/// when it is no link.
std::size_t read_link(std::string_view line, std::size_t open, std::string_view& words) {
  const auto close = line.find("](", open);
  if (close == std::string_view::npos) {
    return open;
  }
  const auto end = line.find(')', close);
  if (end == std::string_view::npos) {
    return open;
  }
  words = line.substr(open + 1, close - open - 1);
  return end + 1;
}

/// Whether the marks `line[first, last)` open or close emphasis, rather than being part of a name
/// or a list's bullet.
bool is_emphasis(std::string_view line, std::size_t first, std::size_t last) {
  const auto space_before = first == 0 || is_space(line[first - 1]);
  const auto space_after = last == line.size() || is_space(line[last]);
  const auto word_before = first > 0 && is_word_character(line[first - 1]);
  const auto word_after = last < line.size() && is_word_character(line[last]);
  const auto opens = !word_before && !space_after;
  const auto closes = !space_before && !word_after;
  return opens || closes;
}

/// Where the last sentence of `head` ends, behind the mark; 0 when none ends in it.
std::size_t end_of_sentence(std::string_view head) {
  for (auto at = head.size(); at-- > 1;) {
    if (is_space(head[at]) &&
        std::string_view(".!?").find(head[at - 1]) != std::string_view::npos) {
      return at;
    }
  }
  return 0;
}

std::size_t cut_position(std::string_view text, std::size_t limit) {
  const auto head = text.substr(0, limit);
  if (const auto sentence = end_of_sentence(head); sentence > limit / 2) {
    return sentence;
  }
  if (const auto space = head.find_last_of(spaces); space != std::string_view::npos && space > 0) {
    return space;
  }
  auto cut = limit;
  while (cut > 1 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) {
    --cut;
  }
  return cut;
}

} // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (auto& character : lower) {
    if (character >= 'A' && character <= 'Z') {
      character = static_cast<char>(character - 'A' + 'a');
    }
  }
  return lower;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  if (text.starts_with(byte_order_mark)) {
    text.remove_prefix(byte_order_mark.size());
  }
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string without_markup(std::string_view line) {
  std::string plain;
  plain.reserve(line.size());
  auto in_code = false;
  for (std::size_t at = 0; at < line.size();) {
    const auto character = line[at];
    if (character == '`') {
      in_code = !in_code;
      ++at;
      continue;
    }
    if (in_code) {
      plain += character;
      ++at;
      continue;
    }
    if (character == '\\' && at + 1 < line.size() &&
        std::ispunct(static_cast<unsigned char>(line[at + 1])) != 0) {
      plain += line[at + 1];
      at += 2;
      continue;
    }
    if (character == '[' || (character == '!' && at + 1 < line.size() && line[at + 1] == '[')) {
      const auto open = character == '[' ? at : at + 1;
      std::string_view words;
      if (const auto end = read_link(line, open, words); end != open) {
        plain += without_markup(words);
        at = end;
        continue;
      }
    }
    if (character == '*' || character == '_') {
      const auto last = std::min(line.find_first_not_of(character, at), line.size());
      if (!is_emphasis(line, at, last)) {
        plain += line.substr(at, last - at);
      }
      at = last;
      continue;
    }
    plain += character;
    ++at;
  }
  return plain;
}

std::vector<std::string> pieces_of(std::string_view text, std::size_t limit) {
  assert(limit >= 4);
  std::vector<std::string> pieces;
  text = trimmed(text);
  while (text.size() > limit) {
    const auto cut = cut_position(text, limit);
    pieces.emplace_back(trimmed(text.substr(0, cut)));
    text = trimmed(text.substr(cut));
  }
  if (!text.empty()) {
    pieces.emplace_back(text);
  }
  return pieces;
}

} // namespace ocelli::inference
