#include "net/socketio/json_validator.hpp"

#include "net/engineio/message.hpp"
#include "net/socketio/arguments.hpp"
#include "net/socketio/json_grammar.hpp"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

namespace ocelli::socketio {

namespace ondemand = simdjson::ondemand;

static_assert(engineio::message::padding >= simdjson::SIMDJSON_PADDING);

namespace {

/// One walk over one text. simdjson's index of the text has told strings from structure and checked
/// UTF-8 and control characters; the walk checks the order of tokens and what is in them. After the
/// first error the iterators are not touched again.
class walk {
 public:
  walk(std::string_view text, const json_validator::rules& rules) noexcept
      : end_(text.data() + text.size()), rules_(rules) {}

  bool array(ondemand::array elements, std::uint32_t depth) {
    for (auto result : elements) {
      ondemand::value element;
      if (result.get(element) != simdjson::SUCCESS || !value(element, depth + 1))
        return false;
    }
    return true;
  }

  bool object(ondemand::object members, std::uint32_t depth) {
    bool is_placeholder = false;
    bool has_number = false;
    for (auto result : members) {
      ondemand::field member;
      if (std::move(result).get(member) != simdjson::SUCCESS)
        return false;
      const auto token = token_of(member.value());
      if (token.empty())
        return false;
      const auto key = content_of_key(member, token);
      if (!has_valid_escapes(key) || !value(member.value(), depth + 1))
        return false;
      if (!rules_.attachments)
        continue;
      if (is_named(key, "_placeholder"))
        is_placeholder = token == "true";
      else if (is_named(key, "num"))
        has_number = whole_number(token).value_or(*rules_.attachments) < *rules_.attachments;
    }
    return !is_placeholder || has_number;
  }

 private:
  bool value(ondemand::value element, std::uint32_t depth) {
    const auto token = token_of(element);
    switch (token.empty() ? '\0' : token.front()) {
    case '{': {
      ondemand::object members;
      return depth <= rules_.depth && element.get_object().get(members) == simdjson::SUCCESS &&
             object(members, depth);
    }
    case '[': {
      ondemand::array elements;
      return depth <= rules_.depth && element.get_array().get(elements) == simdjson::SUCCESS &&
             array(elements, depth);
    }
    case '"':
      return string(element, token);
    case 't':
      return token == "true";
    case 'f':
      return token == "false";
    case 'n':
      return token == "null";
    default:
      return is_json_number(token);
    }
  }

  /// Empty when the iterator has left the text. It reads what follows the text as a token when
  /// brackets do not match, and the length it gives for that token is meaningless.
  std::string_view token_of(ondemand::value element) const noexcept {
    const auto token = element.raw_json_token();
    return token.data() < end_ ? trim(token) : std::string_view();
  }

  static bool string(ondemand::value element, std::string_view token) {
    // Read, not skipped: skipping would take a string in front of a colon for a member's name, in
    // an array too.
    ondemand::raw_json_string start;
    return element.get_raw_json_string().get(start) == simdjson::SUCCESS && token.size() >= 2 &&
           token.back() == '"' && has_valid_escapes(token.substr(1, token.size() - 2));
  }

  /// What is between the quotes of the name in front of a member's value. Between the closing quote
  /// and the value are only a colon and white space: anything else would have been a token of its
  /// own.
  static std::string_view content_of_key(
      ondemand::field& member, std::string_view value_token) noexcept {
    const char* begin = member.key().raw();
    const auto upto_value =
        std::string_view(begin, static_cast<std::size_t>(value_token.data() - begin));
    const auto upto_colon = upto_value.substr(0, upto_value.rfind(':'));
    return upto_colon.substr(0, upto_colon.rfind('"'));
  }

  static bool is_named(std::string_view key, std::string_view name) {
    if (key.find('\\') == std::string_view::npos)
      return key == name;
    // From the opening quote in front of the content to the closing one behind it.
    std::string storage;
    return resolve_string({key.data() - 1, key.size() + 2}, storage) == name;
  }

  const char* end_;
  const json_validator::rules& rules_;
};

/// True when the walk has consumed the last token, neither less nor more.
bool is_consumed(ondemand::document& document) {
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

array_parts parts_of(std::string_view text) noexcept {
  array_parts parts;
  text = trim(text);
  parts.all = trim(text.substr(1, text.size() - 2));
  argument_reader reader(parts.all);
  parts.first = reader.next().value_or(std::string_view());
  parts.rest = reader.rest();
  return parts;
}

} // namespace

struct json_validator::implementation {
  ondemand::parser parser;

  /// Indexes `text`; false when it is not UTF-8 or has a string that does not end.
  bool index(std::string_view text, ondemand::document& document) {
    constexpr std::size_t smallest = 4096;
    if (parser.capacity() < text.size() &&
        parser.allocate(std::bit_ceil(std::max(text.size(), smallest))) != simdjson::SUCCESS)
      return false;
    const simdjson::padded_string_view padded(
        text.data(), text.size(), text.size() + engineio::message::padding);
    return parser.iterate(padded).get(document) == simdjson::SUCCESS;
  }

  void release_surplus() {
    if (parser.capacity() > kept_capacity)
      parser = ondemand::parser();
  }
};

json_validator::json_validator() : self_(std::make_unique<implementation>()) {}

json_validator::~json_validator() = default;

json_validator& json_validator::of_this_thread() {
  thread_local json_validator validator;
  return validator;
}

std::optional<array_parts> json_validator::check_array(
    std::string_view text, const rules& allowed) {
  walk walker(text, allowed);
  ondemand::document document;
  ondemand::array elements;
  const bool valid = allowed.depth >= 1 && self_->index(text, document) &&
                     document.get_array().get(elements) == simdjson::SUCCESS &&
                     walker.array(elements, 1) && is_consumed(document);
  self_->release_surplus();
  if (!valid)
    return std::nullopt;
  return parts_of(text);
}

bool json_validator::check_object(std::string_view text, const rules& allowed) {
  walk walker(text, allowed);
  ondemand::document document;
  ondemand::object members;
  const bool valid = allowed.depth >= 1 && self_->index(text, document) &&
                     document.get_object().get(members) == simdjson::SUCCESS &&
                     walker.object(members, 1) && is_consumed(document);
  self_->release_surplus();
  return valid;
}

std::size_t json_validator::capacity() const noexcept { return self_->parser.capacity(); }

} // namespace ocelli::socketio
