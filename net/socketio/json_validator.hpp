#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace ocelli::socketio {

/// The parts of a valid JSON array, views into its text.
struct array_parts {
  /// The first value, without white space around it; empty when the array is.
  std::string_view first;
  /// The values after it: comma separated, without brackets.
  std::string_view rest;
  /// All values: comma separated, without brackets.
  std::string_view all;
};

/// Checks JSON texts in place, RFC 8259, without copying: structure, UTF-8, escapes, numbers,
/// nothing behind the value. One object per thread.
class json_validator {
 public:
  /// Memory for texts up to this many bytes is kept; what a longer one needed is released after it.
  static constexpr std::size_t kept_capacity = 1UL << 20;

  struct rules {
    std::uint32_t depth = 64; ///< Of nested values, the outermost included.
    /// When set, every placeholder must carry a whole number below it; otherwise placeholders are
    /// plain objects.
    std::optional<std::uint32_t> attachments;
  };

  json_validator();
  ~json_validator();
  json_validator(const json_validator&) = delete;
  json_validator& operator=(const json_validator&) = delete;

  /// The calling thread's own.
  static json_validator& of_this_thread();

  /// The parts of `text` when it is a valid array. At least `engineio::message::padding` readable
  /// bytes follow it.
  std::optional<array_parts> check_array(std::string_view text, const rules& allowed);
  /// True when `text` is a valid object. Padded as for `check_array`.
  bool check_object(std::string_view text, const rules& allowed);
  /// Bytes of text for which memory is held.
  std::size_t capacity() const noexcept;

 private:
  struct implementation;
  std::unique_ptr<implementation> self_;
};

} // namespace ocelli::socketio
