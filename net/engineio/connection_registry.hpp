#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <mutex>

namespace ocelli::engineio {

/// Something with a TCP connection.
class connection {
 public:
  virtual ~connection() = default;
  /// Drops the connection, with everything that waits on it. Thread-safe, returns at once.
  virtual void stop() = 0;
};

class connection_registry;

/// The right to one TCP connection, given back on destruction. Movable.
class connection_ticket {
 public:
  connection_ticket() = default;
  connection_ticket(connection_ticket&& other) noexcept;
  connection_ticket& operator=(connection_ticket&& other) noexcept;
  ~connection_ticket();

  /// False when the connection was refused.
  explicit operator bool() const noexcept { return registry_ != nullptr; }
  /// Names the object that `connection_registry::stop` stops; it is stopped now if that has been
  /// called already.
  void attach(const std::weak_ptr<connection>& holder);

 private:
  friend class connection_registry;
  struct entry {
    boost::asio::ip::address address;
    std::weak_ptr<connection> holder;
  };

  void release() noexcept;

  std::shared_ptr<connection_registry> registry_;
  std::list<entry>::iterator entry_;
};

/// Counts TCP connections against the limits, and stops them all at the end. Thread-safe.
class connection_registry : public std::enable_shared_from_this<connection_registry> {
 public:
  /// At most `total` connections, at most `per_address` from one address (0: no limit).
  connection_registry(std::size_t total, std::size_t per_address) noexcept;

  /// A ticket, or an empty one when the connection is over a limit, or after `stop`.
  connection_ticket admit(const boost::asio::ip::address& address);
  /// Stops every connection, and admits no other.
  void stop();
  /// Connections that are open.
  std::size_t size() const;

 private:
  friend class connection_ticket;

  const std::size_t total_;
  const std::size_t per_address_;
  mutable std::mutex mutex_;
  bool stopped_ = false;
  std::list<connection_ticket::entry> entries_;
  std::map<boost::asio::ip::address, std::size_t> counts_;
};

} // namespace ocelli::engineio
