#pragma once

#include "net/socketio/name_space.hpp"
#include "net/socketio/namespace_handlers.hpp"
#include "net/socketio/recovery_log.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ocelli::socketio {

/// True for the names of the namespaces that clients may join. Called on connections' strands, from
/// several threads.
using namespace_predicate = std::function<bool(std::string_view name)>;

/// The namespaces of a server: those that are always there, and those that exist as long as
/// somebody is in them. `of` is called before the server listens; everything else is thread-safe.
class namespace_registry : public std::enable_shared_from_this<namespace_registry> {
 public:
  explicit namespace_registry(std::shared_ptr<recovery_log> recovery = nullptr);

  /// The namespace of this name, which is always there from now on.
  name_space& of(const std::string& name);
  /// The handlers of all namespaces whose name `matches`, and that are not always there. Of several
  /// predicates the first one counts.
  namespace_handlers& of(namespace_predicate matches);
  /// For a client that joins: the namespace, made if need be; nullptr when there is none to join.
  std::shared_ptr<name_space> open(std::string_view name);
  /// nullptr when the namespace is not there.
  std::shared_ptr<name_space> find(std::string_view name) const;
  /// Namespaces that exist only because somebody is in them.
  std::size_t dynamic_count() const;

  const std::shared_ptr<recovery_log>& recovery() const noexcept { return recovery_; }

 private:
  struct family {
    namespace_predicate matches;
    std::unique_ptr<namespace_handlers> handlers;
  };

  std::shared_ptr<name_space> find_dynamic(std::string_view name) const;
  void forget(const std::string& name);

  const std::shared_ptr<recovery_log> recovery_;
  std::map<std::string, std::shared_ptr<name_space>, std::less<>> fixed_;
  std::vector<family> families_;
  mutable std::mutex mutex_;
  std::map<std::string, std::weak_ptr<name_space>, std::less<>> dynamic_;
};

} // namespace ocelli::socketio
