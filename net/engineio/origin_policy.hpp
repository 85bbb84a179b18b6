#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ocelli::engineio {

/// Which web pages may use the server: Cross-Origin Resource Sharing, and the same for WebSocket
/// handshakes, which browsers do not check themselves. Immutable, thread-safe.
class origin_policy {
 public:
  /// `origins` as in `server_options::cors_origins`.
  explicit origin_policy(std::vector<std::string> origins);

  /// False when nothing is checked and no header is sent.
  bool enabled() const noexcept { return !origins_.empty(); }
  /// True when every origin is allowed.
  bool any() const noexcept { return any_; }
  /// True when a page of `origin`, as in the header of that name, may use the server.
  bool allows(std::string_view origin) const noexcept;

 private:
  std::vector<std::string> origins_;
  bool any_;
};

} // namespace ocelli::engineio
