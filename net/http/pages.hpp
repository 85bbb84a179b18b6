#pragma once

#include "net/engineio/server.hpp"

#include <functional>
#include <string>

namespace ocelli::net {

/// The pages beside the Socket.IO endpoint, for people and for whoever watches the process: `/`,
/// `/healthz` (200 while the process can go on, else 503), `/readyz` (200 while frames can be
/// answered, else 503) and `/metrics`. Thread-safe.
class pages {
 public:
  using condition = std::function<bool()>;

  /// `metrics` makes what `/metrics` says, in Prometheus' text format; `about` is what `/` says,
  /// plain text.
  pages(
      condition healthy, condition ready, std::function<std::string()> metrics, std::string about);

  engineio::http_response answer(const engineio::http_request& request) const;

 private:
  condition healthy_;
  condition ready_;
  std::function<std::string()> metrics_;
  std::string about_;
};

} // namespace ocelli::net
