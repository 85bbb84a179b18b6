#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ocelli::engineio {

class server_session;

/// Whether a new session was let in.
enum class admission : std::uint8_t {
  admitted,
  full,    ///< There are as many sessions as are allowed.
  refusing ///< No new sessions any more.
};

/// All sessions by id, those that are still closing included. Thread-safe.
class session_registry {
 public:
  /// At most `limit` sessions.
  explicit session_registry(std::size_t limit) noexcept : limit_(limit) {}

  /// What `insert` would say now.
  admission check() const;
  admission insert(std::shared_ptr<server_session> session);
  /// nullptr when there is none of that id.
  std::shared_ptr<server_session> find(std::string_view id) const;
  void erase(const std::string& id);
  std::vector<std::shared_ptr<server_session>> all() const;
  /// No new sessions from now on.
  void refuse();
  /// Calls `done` once, as soon as no session is left; at once if there is none.
  void when_empty(std::function<void()> done);

 private:
  struct hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  admission check_locked() const noexcept;

  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<server_session>, hash, std::equal_to<>> sessions_;
  bool refusing_ = false;
  std::vector<std::function<void()>> waiting_;
};

} // namespace ocelli::engineio
