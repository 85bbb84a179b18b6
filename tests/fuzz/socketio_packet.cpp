#include "net/socketio/arguments.hpp"
#include "net/socketio/json_validator.hpp"
#include "net/socketio/packet.hpp"
#include "net/socketio/payload.hpp"
#include "socketio/messages.hpp"

#include <simdjson.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

// Feeds packets to the codec, with any byte in the padding behind them, and holds its judgement of
// JSON against that of simdjson's document parser, which has its own copy of the text.

namespace {

using namespace ocelli::socketio;

constexpr std::uint32_t depth = 2'000;

void demand(bool condition) {
  if (!condition)
    std::abort();
}

/// What the document parser refuses although the grammar of JSON allows it: numbers out of range,
/// lone surrogates, values nested more deeply than it wants.
bool is_stricter_than_grammar(simdjson::error_code error) {
  return error == simdjson::NUMBER_ERROR || error == simdjson::STRING_ERROR ||
         error == simdjson::DEPTH_ERROR;
}

void compare_with_document_parser(std::string_view text, char filler) {
  const auto message = tests::make_message(text, false, filler);
  json_validator::rules rules;
  rules.depth = depth;
  const auto parts = json_validator::of_this_thread().check_array(message.data, rules);
  simdjson::dom::parser parser;
  simdjson::dom::array array;
  const auto document = parser.parse(simdjson::padded_string(text));
  if (parts)
    demand(document.error() == simdjson::SUCCESS || is_stricter_than_grammar(document.error()));
  if (document.error() != simdjson::SUCCESS || document.get_array().get(array) != simdjson::SUCCESS)
    return;
  demand(parts.has_value());
  argument_reader reader(parts->all);
  std::size_t count = 0;
  while (reader.next())
    ++count;
  demand(count == array.size());
}

/// Arguments hold only JSON values, which the helpers take apart without leaving the text.
void read_arguments(const checked_packet& packet) {
  event incoming;
  incoming.attachments.resize(packet.header.attachments);
  argument_reader reader(packet.arguments);
  std::string storage;
  while (const auto value = reader.next()) {
    find_member(*value, "image");
    find_attachment(incoming, *value);
    if (kind_of(*value) == json_kind::string) {
      const auto text = resolve_string(*value, storage);
      demand(text.has_value() && simdjson::validate_utf8(text->data(), text->size()));
    }
  }
}

void decode(std::string_view text, char filler) {
  const auto message = tests::make_message(text, false, filler);
  const auto decoded = decode_packet(message.data, {});
  if (!std::holds_alternative<packet>(decoded))
    return;
  const auto& header = std::get<packet>(decoded);
  const auto checked = check_payload(header, message, {});
  if (!std::holds_alternative<checked_packet>(checked))
    return;
  // nobody looks at the text of a packet that clients may not send; it could be taken for a
  // namespace when it is written again
  if (header.type == packet_type::connect_error)
    return;
  const auto again = decode_packet(encode_packet(header), {});
  demand(std::holds_alternative<packet>(again));
  read_arguments(std::get<checked_packet>(checked));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const auto filler = static_cast<char>(data[0]);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  decode(text, filler);
  compare_with_document_parser(text, filler);
  argument_reader reader(text);
  while (reader.next()) {
  }
  find_member(text, "image");
  return 0;
}
