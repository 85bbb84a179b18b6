#include "config/schema.hpp"

#include "config/device_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace ocelli::config {

namespace {

/// A section's name and place, so that a row of the table names its section once.
template <class Section>
struct part {
  std::string_view name;
  Section settings::*place;
};

template <class Section, class Member>
field describe(part<Section> section, std::string_view key, Member Section::*member,
    std::string_view unit, std::string_view documentation) {
  field result;
  result.section = section.name;
  result.key = key;
  result.unit = unit;
  result.documentation = documentation;
  result.get = [=](const settings& from) { return value{(from.*section.place).*member}; };
  result.set = [=](settings& to, const value& read) {
    (to.*section.place).*member = std::get<Member>(read);
  };
  return result;
}

template <class Section, class Integer>
field integer(part<Section> section, std::string_view key, Integer Section::*member,
    std::int64_t minimum, std::int64_t maximum, std::string_view unit,
    std::string_view documentation) {
  field result;
  result.section = section.name;
  result.key = key;
  result.unit = unit;
  result.documentation = documentation;
  result.range = bounds{static_cast<double>(minimum), static_cast<double>(maximum)};
  result.get = [=](const settings& from) {
    return value{static_cast<std::int64_t>((from.*section.place).*member)};
  };
  result.set = [=](settings& to, const value& read) {
    (to.*section.place).*member = static_cast<Integer>(std::get<std::int64_t>(read));
  };
  return result;
}

template <class Section>
field integers(part<Section> section, std::string_view key,
    std::vector<std::uint32_t> Section::*member, std::int64_t minimum, std::int64_t maximum,
    std::string_view unit, std::string_view documentation) {
  field result;
  result.section = section.name;
  result.key = key;
  result.unit = unit;
  result.documentation = documentation;
  result.range = bounds{static_cast<double>(minimum), static_cast<double>(maximum)};
  result.get = [=](const settings& from) {
    auto& held = (from.*section.place).*member;
    return value{std::vector<std::int64_t>(held.begin(), held.end())};
  };
  result.set = [=](settings& to, const value& read) {
    auto& given = std::get<std::vector<std::int64_t>>(read);
    ((to.*section.place).*member).assign(given.begin(), given.end());
  };
  return result;
}

/// An enumeration whose values, from 0, are written as `names`.
template <class Section, class Enumeration>
field choice(part<Section> section, std::string_view key, Enumeration Section::*member,
    const std::vector<std::string_view>& names, std::string_view documentation) {
  field result;
  result.section = section.name;
  result.key = key;
  result.documentation = documentation;
  result.choices = names;
  result.get = [=](const settings& from) {
    return value{std::string{names.at(static_cast<std::size_t>((from.*section.place).*member))}};
  };
  result.set = [=](settings& to, const value& read) {
    auto position = std::find(names.begin(), names.end(), std::get<std::string>(read));
    (to.*section.place).*member = static_cast<Enumeration>(position - names.begin());
  };
  return result;
}

field with_choices(field setting, std::vector<std::string_view> choices) {
  setting.choices = std::move(choices);
  return setting;
}

field with_range(field setting, bounds range) {
  setting.range = range;
  return setting;
}

field or_element(field setting) {
  setting.list_or_element = true;
  return setting;
}

field with_check(field setting, std::function<std::string(const value&)> check) {
  setting.check = std::move(check);
  return setting;
}

std::string not_empty(const value& read) {
  return std::get<std::string>(read).empty() ? "must not be empty" : "";
}

std::string endpoint_path(const value& read) {
  auto& path = std::get<std::string>(read);
  auto plain = path.find_first_of("?#% \t\r\n") == std::string::npos;
  auto framed = path.size() > 2 && path.front() == '/' && path.back() == '/';
  return plain && framed
             ? ""
             : "must begin and end with a slash, with a name between, as in \"/socket.io/\"";
}

bool is_origin(std::string_view text) {
  auto separator = text.find("://");
  return separator != std::string_view::npos && separator > 0 && separator + 3 < text.size() &&
         text.find_first_of("/ \t\r\n", separator + 3) == std::string_view::npos;
}

std::string origins(const value& read) {
  auto& list = std::get<std::vector<std::string>>(read);
  for (auto& origin : list) {
    if (origin == "*" && list.size() > 1)
      return "holds \"*\" and other origins; \"*\" stands alone";
    // "null" is what browsers send from pages without an origin, such as files
    if (origin != "*" && origin != "null" && !is_origin(origin))
      return fmt::format(
          "holds \"{}\"; an origin has a scheme and no path, as in \"https://example.org\"",
          origin);
  }
  return "";
}

std::string devices(const value& read) {
  auto parsed = parse_device_choice(std::get<std::vector<std::string>>(read));
  auto complaint = std::get_if<std::string>(&parsed);
  return complaint == nullptr ? "" : *complaint;
}

std::string ascending(const value& read) {
  auto& list = std::get<std::vector<std::int64_t>>(read);
  if (list.empty())
    return "must not be empty";
  auto sorted = std::adjacent_find(list.begin(), list.end(), std::greater_equal<>{}) == list.end();
  return sorted ? "" : "must be ascending, every size once";
}

constexpr part<server_settings> server{"server", &settings::server};
constexpr part<limit_settings> limits{"limits", &settings::limits};
constexpr part<frame_settings> frames{"frames", &settings::frames};
constexpr part<model_settings> model{"model", &settings::model};
constexpr part<inference_settings> inference{"inference", &settings::inference};
constexpr part<chat_settings> chat{"chat", &settings::chat};
constexpr part<response_settings> response{"response", &settings::response};
constexpr part<log_settings> log{"log", &settings::log};

std::vector<field> server_fields() {
  using s = server_settings;
  return {
      with_check(describe(server, "host", &s::host, "",
                     "Address to listen on; \"localhost\" listens on IPv4 and IPv6, \"0.0.0.0\" on "
                     "every IPv4 address."),
          not_empty),
      integer(server, "port", &s::port, 0, 65'535, "", "TCP port; 0 takes a free one."),
      with_check(
          describe(server, "path", &s::path, "", "Path of the Socket.IO endpoint."), endpoint_path),
      with_check(describe(server, "cors_origins", &s::cors_origins, "",
                     "Origins that browsers may connect from; \"*\" allows every one."),
          origins),
      integer(server, "io_threads", &s::io_threads, 0, 64, "",
          "Threads for the network; 0 chooses from the processors."),
      integer(server, "actor_threads", &s::actor_threads, 0, 64, "",
          "Threads of the actor scheduler; 0 chooses from the processors."),
      integer(server, "ping_interval_ms", &s::ping_interval_ms, 100, 600'000, "milliseconds",
          "Time between heartbeats."),
      integer(server, "ping_timeout_ms", &s::ping_timeout_ms, 100, 600'000, "milliseconds",
          "Time that a client has to answer a heartbeat."),
      integer(server, "connect_timeout_ms", &s::connect_timeout_ms, 100, 600'000, "milliseconds",
          "Time after which a client that joined no namespace is closed."),
      integer(server, "upgrade_timeout_ms", &s::upgrade_timeout_ms, 100, 600'000, "milliseconds",
          "Time that an upgrade from polling to WebSocket may take."),
      integer(server, "drain_seconds", &s::drain_seconds, 0, 3'600, "seconds",
          "Time that accepted work has to be answered when the server is stopped."),
  };
}

std::vector<field> limit_fields() {
  using s = limit_settings;
  constexpr std::int64_t gibibyte = 1LL << 30;
  return {
      integer(limits, "message_bytes", &s::message_bytes, 1'024, gibibyte, "bytes",
          "Size of one message, attachments included; a client that sends more is closed."),
      integer(limits, "image_pixels", &s::image_pixels, 1, 1'000'000'000, "pixels",
          "Size of one image, told from its header before it is decoded."),
      integer(limits, "pending_bytes", &s::pending_bytes, 1LL << 20, 1LL << 40, "bytes",
          "Frames accepted and not yet ended, over all clients; beyond it a frame is answered with "
          "`overloaded`."),
      integer(limits, "attachments", &s::attachments, 0, 1'000, "",
          "Binary attachments of one packet."),
      integer(limits, "json_depth", &s::json_depth, 1, 1'000, "", "Depth of nested JSON values."),
      integer(limits, "connections", &s::connections, 1, 1'000'000, "",
          "Open connections and clients, each; beyond it new connections are closed and new "
          "clients get 503."),
      integer(limits, "connections_per_address", &s::connections_per_address, 0, 1'000'000, "",
          "Open connections from one address; 0 for no limit."),
      integer(limits, "write_queue_bytes", &s::write_queue_bytes, 4'096, gibibyte, "bytes",
          "What may wait to be sent to one client; a slower client is closed."),
      integer(limits, "write_queue_packets", &s::write_queue_packets, 16, 1'000'000, "packets",
          "What may wait to be sent to one client; a slower client is closed."),
      integer(limits, "header_bytes", &s::header_bytes, 1'024, 1'048'576, "bytes",
          "Size of an HTTP request's header."),
      integer(limits, "header_timeout_ms", &s::header_timeout_ms, 100, 600'000, "milliseconds",
          "Time that the header of an HTTP request may take."),
      integer(limits, "body_timeout_ms", &s::body_timeout_ms, 100, 600'000, "milliseconds",
          "Time that the body of an HTTP request may take."),
      integer(limits, "id_bytes", &s::id_bytes, 16, 65'536, "bytes",
          "Size of an `id` that a client wants echoed."),
  };
}

std::vector<field> frame_fields() {
  using s = frame_settings;
  return {
      choice(frames, "policy", &s::policy, {"latest", "queue"},
          "What happens to frames that arrive faster than they are answered."),
      integer(frames, "in_work", &s::in_work, 1, 64, "frames",
          "Policy \"queue\": frames of one client in work at once."),
      integer(frames, "queue", &s::queue, 1, 10'000, "frames",
          "Policy \"queue\": frames of one client that wait; beyond it a frame is answered with "
          "`overloaded`."),
      integer(frames, "deadline_ms", &s::deadline_ms, 0, 600'000, "milliseconds",
          "Time that a frame may take when it names no deadline itself; 0 for no deadline."),
      describe(frames, "reuse_repeated", &s::reuse_repeated, "",
          "Answers a frame with the same bytes as the client's last answered one like that one, "
          "without looking at it again."),
  };
}

std::vector<field> inference_fields() {
  using s = inference_settings;
  return {
      with_check(or_element(describe(inference, "device", &s::device, "",
                     "Where the model runs: \"auto\", \"cpu\", \"cuda\", or GPUs as in "
                     "\"cuda:0\".")),
          devices),
      integer(inference, "workers", &s::workers, 0, 64, "",
          "Engines that run side by side; 0 chooses from the processors, or two per GPU."),
      integer(inference, "intra_op_threads", &s::intra_op_threads, 0, 256, "",
          "Threads of one engine; 0 chooses from the processors."),
      integer(inference, "decode_threads", &s::decode_threads, 0, 256, "",
          "Threads that decode images; 0 chooses from the processors."),
      with_check(integers(inference, "batch_sizes", &s::batch_sizes, 1, 1'024, "",
                     "Batch sizes that are warmed up, ascending; a batch runs in the smallest that "
                     "holds it."),
          ascending),
      integer(inference, "max_delay_ms", &s::max_delay_ms, 0, 1'000, "milliseconds",
          "Time that frames may wait although an engine is idle, for clients about to send their "
          "next frame; they do only where that pays."),
      integer(inference, "hang_seconds", &s::hang_seconds, 1, 3'600, "seconds",
          "Time after which a batch that does not come back is given up and the server stops."),
  };
}

std::vector<field> chat_fields() {
  using s = chat_settings;
  return {
      with_choices(describe(chat, "backend", &s::backend, "",
                       "What answers questions; \"none\" refuses every one."),
          {"knowledge", "none"}),
      with_check(describe(chat, "knowledge_path", &s::knowledge_path, "",
                     "Folder of Markdown (.md) and question-and-answer (.qa) files; \"embedded\" "
                     "for the one about Ocelli."),
          not_empty),
      integer(chat, "workers", &s::workers, 1, 64, "", "Threads that answer questions."),
      with_range(describe(chat, "minimum_coverage", &s::minimum_coverage, "",
                     "Share of a question's words that a passage must cover to be an answer."),
          {0, 1}),
      integer(chat, "question_bytes", &s::question_bytes, 16, 1'048'576, "bytes",
          "Size of one question."),
      integer(chat, "queue", &s::queue, 1, 1'000, "questions",
          "Questions of one client that wait; beyond it a question is answered with `overloaded`."),
      integer(chat, "history_bytes", &s::history_bytes, 0, 16'777'216, "bytes",
          "Conversation that is remembered per client."),
      integer(chat, "timeout_ms", &s::timeout_ms, 100, 600'000, "milliseconds",
          "Time that an answer may take."),
  };
}

std::vector<field> make_schema() {
  std::vector<field> result;
  auto append = [&](std::vector<field> more) {
    std::move(more.begin(), more.end(), std::back_inserter(result));
  };
  append(server_fields());
  append(limit_fields());
  append(frame_fields());
  append({with_check(
      describe(model, "path", &model_settings::path, "",
          "Folder of the model package; \"embedded\" for the one that comes with Ocelli."),
      not_empty)});
  append(inference_fields());
  append(chat_fields());
  append({
      describe(response, "details", &response_settings::details, "",
          "Adds `label`, `confidence`, `top` and `timings` to the object of event `response`."),
      integer(response, "top", &response_settings::top, 1, 100, "labels", "Labels in `top`."),
  });
  append({choice(log, "level", &log_settings::level, {"debug", "info", "warning", "error"},
      "Least severity that is logged.")});
  return result;
}

std::string grouped(double number) {
  auto text = fmt::format("{:.0f}", number);
  for (auto position = static_cast<std::ptrdiff_t>(text.size()) - 3; position > 0; position -= 3)
    text.insert(static_cast<std::size_t>(position), 1, ',');
  return text;
}

} // namespace

std::span<const field> schema() {
  static const std::vector<field> table = make_schema();
  return table;
}

const field* find_field(std::string_view section, std::string_view key) {
  auto table = schema();
  auto found = std::find_if(table.begin(), table.end(),
      [&](const field& setting) { return setting.section == section && setting.key == key; });
  return found == table.end() ? nullptr : &*found;
}

std::string full_name(const field& setting) {
  return fmt::format("{}.{}", setting.section, setting.key);
}

std::string range_text(const field& setting) {
  if (!setting.range)
    return "";
  return fmt::format("{} to {}", grouped(setting.range->minimum), grouped(setting.range->maximum));
}

std::string expectation(const field& setting) {
  if (!setting.choices.empty())
    return fmt::format("\"{}\"", fmt::join(setting.choices, "\" or \""));
  constexpr std::string_view names[] = {"true or false", "an integer", "a number", "a string",
      "a list of integers", "a list of strings"};
  std::string result{names[setting.get(settings{}).index()]};
  if (setting.list_or_element)
    result = "a string or " + result;
  if (setting.range)
    result += ", " + range_text(setting);
  if (!setting.unit.empty())
    result += fmt::format(" {}", setting.unit);
  return result;
}

std::vector<conflict> find_conflicts(const settings& effective) {
  std::vector<conflict> result;
  if (effective.limits.pending_bytes < effective.limits.message_bytes)
    result.push_back({find_field("limits", "pending_bytes"), find_field("limits", "message_bytes"),
        fmt::format("limits.pending_bytes is {}, less than limits.message_bytes with {}: the "
                    "largest message could "
                    "never be accepted",
            effective.limits.pending_bytes, effective.limits.message_bytes)});
  return result;
}

} // namespace ocelli::config
