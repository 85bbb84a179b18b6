#pragma once

#include "net/engineio/server.hpp"

#include <functional>
#include <string>

namespace ocelli::net {

/// The pages beside the Socket.IO endpoint, for people and for whoever watches the process: `/`,
/// `/healthz` (200 while the process can go on, else 503) and `/readyz` (200 while frames can be
/// answered, else 503). Thread-safe.
class pages {
 public:
  using condition = std::function<bool()>;

  /// `about` is what `/` says, plain text.
  pages(condition healthy, condition ready, std::string about);

  engineio::http_response answer(const engineio::http_request& request) const;

 private:
  condition healthy_;
  condition ready_;
  std::string about_;
};

} // namespace ocelli::net
