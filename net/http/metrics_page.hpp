#pragma once

#include "actors/byte_budget.hpp"
#include "actors/ledger.hpp"
#include "actors/metrics.hpp"
#include "net/engineio/server_statistics.hpp"
#include "net/http/process_statistics.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace ocelli::net {

/// What is said about the model, for people.
struct model_description {
  std::string name;
  std::string format;    ///< As in "torchscript".
  std::string precision; ///< As in "float32".
  std::string device;    ///< As in "cpu".
};

/// Where the page gets its numbers from; the objects outlive it, and the functions are thread-safe.
struct metrics_sources {
  const actors::ledger& counts;
  const actors::metrics& measures;
  const actors::byte_budget& budget;
  std::function<std::size_t()> clients; ///< Clients that are connected.
  std::function<engineio::server_statistics()> network;
  model_description model;
  std::string version; ///< Of the program.
};

/// The page `/metrics`: everything that the service counts and measures, in Prometheus' text
/// format. docs/metrics.md lists it. Thread-safe; takes well under a millisecond.
class metrics_page {
 public:
  explicit metrics_page(metrics_sources sources);

  std::string text();

  /// Of the text.
  static constexpr const char* content_type = "text/plain; version=0.0.4; charset=utf-8";

 private:
  metrics_sources sources_;
  process_statistics process_;
};

} // namespace ocelli::net
