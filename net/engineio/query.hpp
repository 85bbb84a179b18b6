#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ocelli::engineio {

/// The query of a request's target, application/x-www-form-urlencoded, decoded.
class query_parameters {
 public:
  /// More parameters than this make a query invalid.
  static constexpr std::size_t max_parameters = 100;

  /// Decodes `query`, without the question mark; a `%` that begins no escape stands for itself.
  /// nullopt over the limit.
  static std::optional<query_parameters> parse(std::string_view query);

  /// True when `name` has a value that is not empty.
  bool contains(std::string_view name) const noexcept;
  /// The value of `name`; nullopt when it is missing, or given more than once, which no client
  /// does.
  std::optional<std::string_view> unique(std::string_view name) const noexcept;
  /// All parameters, in order.
  const std::vector<std::pair<std::string, std::string>>& entries() const noexcept {
    return entries_;
  }

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

} // namespace ocelli::engineio
