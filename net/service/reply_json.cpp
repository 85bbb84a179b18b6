#include "net/service/reply_json.hpp"

#include "net/socketio/json.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iterator>

namespace ocelli::net {

namespace {

using socketio::json_string;

double milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>{time}.count();
}

void append_labelled(std::string& json, const actors::labelled& one) {
  fmt::format_to(std::back_inserter(json), R"("label":{},"confidence":{:.6g})",
      json_string(one.label), one.confidence);
}

void append_details(std::string& json, const actors::frame_details& details) {
  json += ',';
  append_labelled(json, details.top.front());
  json += R"(,"top":[)";
  for (auto& one : details.top) {
    json += &one == &details.top.front() ? "{" : ",{";
    append_labelled(json, one);
    json += '}';
  }
  fmt::format_to(std::back_inserter(json),
      R"(],"timings":{{"queued_ms":{:.3f},"preparation_ms":{:.3f},"inference_ms":{:.3f},"batch":{}}})",
      milliseconds(details.queued), milliseconds(details.preparation),
      milliseconds(details.inference), details.batch);
}

} // namespace

std::string to_json(const actors::response& object) {
  auto json = R"({"message":)" + json_string(object.message);
  if (!object.id.empty())
    json += R"(,"id":)" + object.id;
  if (object.details && !object.details->top.empty())
    append_details(json, *object.details);
  json += '}';
  return json;
}

std::string token_json(std::string_view delta, std::string_view id) {
  auto json = R"({"delta":)" + json_string(delta);
  if (!id.empty())
    json.append(R"(,"id":)").append(id);
  json += '}';
  return json;
}

} // namespace ocelli::net
