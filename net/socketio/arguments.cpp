#include "net/socketio/arguments.hpp"

#include "net/socketio/json_grammar.hpp"

#include <memory>
#include <string>
#include <utility>

namespace ocelli::socketio {

namespace {

/// Bytes of the string with which `text` begins, quotes included; all of it when the string does
/// not end.
std::size_t string_length(std::string_view text) noexcept {
  std::size_t from = 1;
  while (true) {
    const auto quote = text.find('"', from);
    if (quote == std::string_view::npos)
      return text.size();
    std::size_t backslashes = 0;
    while (text[quote - 1 - backslashes] == '\\')
      ++backslashes;
    if (backslashes % 2 == 0)
      return quote + 1;
    from = quote + 1;
  }
}

/// Bytes up to the first of `ends` that is outside strings, arrays and objects; all of `text` when
/// there is none.
std::size_t length_until(std::string_view text, std::string_view ends) noexcept {
  std::size_t depth = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const char byte = text[at];
    if (byte == '"') {
      at += string_length(text.substr(at));
      continue;
    }
    if (depth == 0 && ends.find(byte) != std::string_view::npos)
      return at;
    if (byte == '[' || byte == '{')
      ++depth;
    else if ((byte == ']' || byte == '}') && depth != 0)
      --depth;
    ++at;
  }
  return text.size();
}

std::optional<std::string> to_string(std::string_view raw) {
  std::string storage;
  const auto text = resolve_string(raw, storage);
  return text ? std::optional(std::string(*text)) : std::nullopt;
}

bool is_named(std::string_view raw_key, std::string_view name) {
  std::string storage;
  return resolve_string(raw_key, storage) == name;
}

} // namespace

argument_reader::argument_reader(std::string_view arguments) noexcept : rest_(trim(arguments)) {}

std::optional<std::string_view> argument_reader::next() noexcept {
  if (rest_.empty())
    return std::nullopt;
  const auto length = length_until(rest_, ",");
  const auto value = trim(rest_.substr(0, length));
  rest_ = length == rest_.size() ? std::string_view() : trim(rest_.substr(length + 1));
  if (value.empty())
    return std::nullopt;
  return value;
}

std::optional<std::string> argument_reader::next_string() {
  return to_string(next().value_or(std::string_view()));
}

std::optional<double> argument_reader::next_number() noexcept {
  return json_number(next().value_or(std::string_view()));
}

std::optional<bool> argument_reader::next_boolean() noexcept {
  const auto value = next();
  if (value == "true")
    return true;
  return value == "false" ? std::optional(false) : std::nullopt;
}

std::optional<std::string_view> argument_at(
    std::string_view arguments, std::size_t index) noexcept {
  argument_reader reader(arguments);
  auto value = reader.next();
  for (std::size_t i = 0; i < index && value; ++i)
    value = reader.next();
  return value;
}

std::optional<std::string_view> find_member(std::string_view object, std::string_view name) {
  object = trim(object);
  if (object.size() < 2 || object.front() != '{' || object.back() != '}')
    return std::nullopt;
  argument_reader members(object.substr(1, object.size() - 2));
  std::optional<std::string_view> found;
  while (const auto member = members.next()) {
    const auto key_length = length_until(*member, ":");
    if (key_length < member->size() && is_named(trim(member->substr(0, key_length)), name))
      found = trim(member->substr(key_length + 1));
  }
  return found;
}

std::optional<std::string> find_string(std::string_view object, std::string_view name) {
  return to_string(find_member(object, name).value_or(std::string_view()));
}

std::optional<std::uint32_t> placeholder_number(std::string_view raw) {
  if (find_member(raw, "_placeholder") != "true")
    return std::nullopt;
  return whole_number(find_member(raw, "num").value_or(std::string_view()));
}

const attachment* find_attachment(
    const std::vector<attachment>& attachments, std::string_view raw) {
  const auto number = placeholder_number(raw);
  if (!number || *number >= attachments.size())
    return nullptr;
  return &attachments[*number];
}

std::vector<engineio::outgoing_message> copy_attachments(
    const std::vector<attachment>& attachments) {
  std::vector<engineio::outgoing_message> copies;
  copies.reserve(attachments.size());
  for (const auto& each : attachments)
    copies.push_back(make_attachment(std::string(each.bytes)));
  return copies;
}

engineio::outgoing_message make_attachment(std::string bytes) {
  return {true, std::make_shared<const std::string>(std::move(bytes))};
}

} // namespace ocelli::socketio
