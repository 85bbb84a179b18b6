#include "net/engineio/connection_registry.hpp"

#include <utility>
#include <vector>

namespace ocelli::engineio {

connection_ticket::connection_ticket(connection_ticket&& other) noexcept
    : registry_(std::move(other.registry_)), entry_(other.entry_) {}

connection_ticket& connection_ticket::operator=(connection_ticket&& other) noexcept {
  if (this == &other)
    return *this;
  release();
  registry_ = std::move(other.registry_);
  entry_ = other.entry_;
  return *this;
}

connection_ticket::~connection_ticket() { release(); }

void connection_ticket::attach(const std::weak_ptr<connection>& holder) {
  bool stopped = false;
  {
    std::lock_guard lock(registry_->mutex_);
    entry_->holder = holder;
    stopped = registry_->stopped_;
  }
  if (!stopped)
    return;
  if (auto attached = holder.lock())
    attached->stop();
}

void connection_ticket::release() noexcept {
  auto registry = std::exchange(registry_, nullptr);
  if (!registry)
    return;
  std::lock_guard lock(registry->mutex_);
  auto count = registry->counts_.find(entry_->address);
  if (--count->second == 0)
    registry->counts_.erase(count);
  registry->entries_.erase(entry_);
}

connection_registry::connection_registry(std::size_t total, std::size_t per_address) noexcept
    : total_(total), per_address_(per_address) {}

connection_ticket connection_registry::admit(const boost::asio::ip::address& address) {
  connection_ticket ticket;
  std::lock_guard lock(mutex_);
  if (stopped_ || entries_.size() >= total_)
    return ticket;
  auto count = counts_.find(address);
  if (count != counts_.end() && per_address_ > 0 && count->second >= per_address_)
    return ticket;
  ++counts_[address];
  ticket.entry_ = entries_.insert(entries_.end(), {address, {}});
  ticket.registry_ = shared_from_this();
  return ticket;
}

void connection_registry::stop() {
  std::vector<std::shared_ptr<connection>> holders;
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    for (const auto& entry : entries_)
      if (auto holder = entry.holder.lock())
        holders.push_back(std::move(holder));
  }
  for (const auto& holder : holders)
    holder->stop();
}

std::size_t connection_registry::size() const {
  std::lock_guard lock(mutex_);
  return entries_.size();
}

} // namespace ocelli::engineio
