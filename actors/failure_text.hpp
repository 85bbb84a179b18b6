#pragma once

namespace ocelli::actors::failure_text {

/// What follows `Failed to process image: ` and `Failed to receive a response: ` when the server is
/// the reason.
inline constexpr char overloaded[] = "overloaded";
inline constexpr char deadline_exceeded[] = "deadline exceeded";
inline constexpr char shutting_down[] = "shutting down";
inline constexpr char stopped[] = "stopped";
inline constexpr char timed_out[] = "timed out";
inline constexpr char internal_error[] = "internal error";
inline constexpr char no_chat[] = "chat is not configured (chat.backend)";
inline constexpr char worker_failed[] = "inference worker failed, try again";
inline constexpr char worker_hangs[] = "inference worker does not respond";
inline constexpr char no_worker[] = "inference is not available";

} // namespace ocelli::actors::failure_text
