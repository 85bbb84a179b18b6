#pragma once

#include "net/socketio/json.hpp"
#include "net/socketio/socket.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::socketio {

/// Walks over the arguments of an event: comma separated JSON values, without brackets around them,
/// as `event::arguments` holds them. Views into the text, nothing is copied. Linear, and quick over
/// long strings. The text must be valid JSON, as that of an event is; with anything else the reader
/// ends early, but never reads outside the text.
class argument_reader {
 public:
  explicit argument_reader(std::string_view arguments) noexcept;
  /// The JSON text of the next argument, without white space around it; nullopt after the last one.
  std::optional<std::string_view> next() noexcept;
  /// The next argument as what it stands for; nullopt when it is of another type, or there is none.
  std::optional<std::string> next_string();
  std::optional<double> next_number() noexcept;
  std::optional<bool> next_boolean() noexcept;
  /// The text after the values that `next` has given, in the same form.
  std::string_view rest() const noexcept { return rest_; }

 private:
  std::string_view rest_;
};

/// The JSON text of argument number `index`; nullopt when there are fewer.
std::optional<std::string_view> argument_at(std::string_view arguments, std::size_t index) noexcept;

/// The JSON text of member `name` of an object's JSON text, a view into it; of several of that name
/// the last one, as in JavaScript and Python. Escapes in member names are resolved. nullopt when
/// `object` is not an object or has no such member.
std::optional<std::string_view> find_member(std::string_view object, std::string_view name);

/// What the string stands for that is member `name` of an object's JSON text; nullopt when there is
/// none, or it is no string.
std::optional<std::string> find_string(std::string_view object, std::string_view name);

/// The number N when `raw` is the JSON text of a placeholder, `{"_placeholder":true,"num":N}`.
std::optional<std::uint32_t> placeholder_number(std::string_view raw);

/// The one of `attachments` for which the value `raw` of the arguments stands that came with them;
/// nullptr when it is no placeholder. Also nullptr when its number has no attachment, which only a
/// packet without attachments can carry.
const attachment* find_attachment(const std::vector<attachment>& attachments, std::string_view raw);

/// Copies of received attachments, to be sent on in their order.
std::vector<engineio::outgoing_message> copy_attachments(
    const std::vector<attachment>& attachments);

/// An attachment to be sent.
engineio::outgoing_message make_attachment(std::string bytes);

} // namespace ocelli::socketio
