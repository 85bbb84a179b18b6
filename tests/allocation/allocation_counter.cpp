#include "allocation/allocation_counter.hpp"

#include <algorithm>
#include <cerrno>

// glibc's own names of what the functions below take the place of
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

struct tally {
  bool counting = false;
  std::size_t count = 0;
  std::size_t largest = 0;
};

// constant initialisation: malloc is called before anything else has run
thread_local constinit tally thread_tally;

void note(std::size_t size) noexcept {
  if (thread_tally.counting) {
    ++thread_tally.count;
    thread_tally.largest = std::max(thread_tally.largest, size);
  }
}

} // namespace

extern "C" {

void* malloc(std::size_t size) noexcept {
  note(size);
  return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) noexcept {
  note(count * size);
  return __libc_calloc(count, size);
}

void* realloc(void* memory, std::size_t size) noexcept {
  note(size);
  return __libc_realloc(memory, size);
}

void* memalign(std::size_t alignment, std::size_t size) noexcept {
  note(size);
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  note(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
  note(size);
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}

} // extern "C"

namespace ocelli::tests {

allocation_counter::allocation_counter() noexcept { thread_tally = {.counting = true}; }

allocation_counter::~allocation_counter() { thread_tally = {}; }

std::size_t allocation_counter::count() const noexcept { return thread_tally.count; }

std::size_t allocation_counter::largest() const noexcept { return thread_tally.largest; }

} // namespace ocelli::tests
