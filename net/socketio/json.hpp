#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ocelli::socketio {

/// The types of JSON, RFC 8259.
enum class json_kind : std::uint8_t { null, boolean, number, string, array, object };

/// The type of a valid JSON text without white space in front, told by its first byte.
json_kind kind_of(std::string_view raw) noexcept;

/// A JSON string with its quotes that stands for `text`. What is not UTF-8 becomes U+FFFD.
std::string json_string(std::string_view text);

/// What a JSON string stands for, given its text with the quotes: a view into `raw` when it holds
/// no escapes (nothing is copied, however long it is), otherwise the resolved text, kept in
/// `storage`. A lone surrogate becomes U+FFFD. nullopt when `raw` is not a JSON string.
std::optional<std::string_view> resolve_string(std::string_view raw, std::string& storage);

/// What a JSON number stands for, given its text; nullopt when `raw` is not a number, or one beyond
/// the range of a double.
std::optional<double> json_number(std::string_view raw) noexcept;

} // namespace ocelli::socketio
