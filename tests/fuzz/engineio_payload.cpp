#include "net/engineio/base64.hpp"
#include "net/engineio/packet.hpp"
#include "net/engineio/query.hpp"
#include "net/engineio/receive_buffer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

// Feeds polling payloads, base64 and queries to their decoders, and demands that what was decoded
// can be encoded and decoded again to the same.

namespace {

using namespace ocelli::engineio;

void demand(bool condition) {
  if (!condition)
    std::abort();
}

std::optional<std::string> decode(std::string_view text, bool forgiving) {
  receive_buffer buffer;
  auto space = buffer.reserve(base64_decoded_bound(text.size()));
  auto size =
      forgiving ? base64_decode_forgiving(text, space.data()) : base64_decode(text, space.data());
  if (!size)
    return std::nullopt;
  demand(*size <= base64_decoded_bound(text.size()));
  buffer.commit(*size);
  return std::string(buffer.release().data);
}

void check_base64(std::string_view text) {
  auto strict = decode(text, false);
  auto forgiving = decode(text, true);
  if (strict)
    demand(forgiving == strict);
  if (forgiving)
    demand(decode(base64_encode(*forgiving), false) == forgiving);
}

void check_payload(std::string_view payload) {
  payload_reader reader(payload);
  payload_writer writer;
  std::string rejoined;
  std::size_t packets = 0;
  bool messages_only = true;
  while (auto text = reader.next()) {
    rejoined.append(packets++ > 0 ? "\x1e" : "").append(*text);
    auto packet = decode_polling_packet(*text);
    if (!packet || packet->type != packet_type::message || packet->base64) {
      messages_only = false;
      if (packet && packet->base64)
        check_base64(packet->data);
      continue;
    }
    writer.add(outgoing_message{false, std::make_shared<const std::string>(packet->data)});
  }
  demand(rejoined == payload);
  if (messages_only)
    demand(writer.take() == payload);
}

void check_query(std::string_view text) {
  auto query = query_parameters::parse(text);
  if (!query)
    return;
  demand(query->entries().size() <= query_parameters::max_parameters);
  for (const auto& [name, value] : query->entries())
    demand(!query->unique(name) || query->unique(name) == value);
}

void check_buffer(std::string_view text) {
  receive_buffer buffer;
  std::size_t expected = text.empty() ? 0 : static_cast<std::uint8_t>(text.front());
  for (auto rest = text; !rest.empty();) {
    auto space = buffer.prepare(expected);
    demand(!space.empty());
    auto size = std::min({space.size(), rest.size(), std::size_t{97}});
    std::memcpy(space.data(), rest.data(), size);
    buffer.commit(size);
    rest.remove_prefix(size);
  }
  auto bytes = buffer.release();
  demand(bytes.data == text);
  for (std::size_t i = 0; i < message::padding; ++i)
    demand(bytes.data.data()[bytes.data.size() + i] == '\0');
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  check_payload(text);
  check_base64(text);
  check_query(text);
  check_buffer(text);
  return 0;
}
