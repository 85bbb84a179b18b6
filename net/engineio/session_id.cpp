#include "net/engineio/session_id.hpp"

#include "net/engineio/base64.hpp"

#include <array>
#include <cerrno>
#include <string_view>
#include <sys/random.h>
#include <system_error>

namespace ocelli::engineio {

std::string make_session_id() {
  std::array<char, 15> bytes;
  ssize_t taken = 0;
  do {
    taken = ::getrandom(bytes.data(), bytes.size(), 0);
  } while (taken < 0 && errno == EINTR);
  if (taken != static_cast<ssize_t>(bytes.size()))
    throw std::system_error(errno, std::generic_category(), "getrandom");
  auto id = base64_encode({bytes.data(), bytes.size()});
  for (char& c : id) {
    if (c == '+')
      c = '-';
    else if (c == '/')
      c = '_';
  }
  return id;
}

} // namespace ocelli::engineio
