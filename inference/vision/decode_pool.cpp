#include "inference/vision/decode_pool.hpp"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <chrono>
#include <new>

namespace ocelli::inference {

/// A batch under way. `next` is guarded by the pool's mutex; `spent[i]` belongs to thread i.
struct decode_pool::job {
  batch_ptr work;
  std::function<void()> done;
  std::size_t next = 0;
  std::atomic<std::size_t> remaining;
  std::vector<std::chrono::nanoseconds> spent;
};

namespace {

/// Moves the rows of the items without failure to the front, order kept.
void close_up_rows(batch& work) {
  std::size_t target = 0;
  for (std::size_t i = 0; i < work.items.size(); ++i) {
    if (!work.items[i].failure.empty()) {
      continue;
    }
    if (target != i) {
      const auto source = work.buffer->row(i);
      std::copy(source.begin(), source.end(), work.buffer->row(target).begin());
    }
    ++target;
  }
}

} // namespace

decode_pool::decode_pool(const preprocessor& preparation, std::size_t threads)
    : preprocessors_(threads, preparation) {
  assert(threads >= 1);
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this, i] { run(i); });
  }
}

decode_pool::~decode_pool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  threads_.clear();
}

void decode_pool::prepare(batch_ptr work, std::function<void()> done) {
  assert(work->items.empty() || work->items.size() <= work->buffer->capacity());
  if (work->items.empty()) {
    done();
    return;
  }
  try {
    auto added = std::make_shared<job>();
    added->work = work;
    added->done = done;
    added->remaining = work->items.size();
    added->spent.resize(threads_.size());
    const std::lock_guard lock(mutex_);
    assert(!stopping_);
    jobs_.push_back(std::move(added));
  } catch (const std::bad_alloc&) {
    for (auto& item : work->items) {
      item.failure = "out of memory";
    }
    done();
    return;
  }
  changed_.notify_all();
}

void decode_pool::run(std::size_t thread) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) {
      return;
    }
    const std::shared_ptr<job> current = jobs_.front();
    const std::size_t item = current->next++;
    if (current->next == current->work->items.size()) {
      jobs_.pop_front();
    }
    lock.unlock();
    work_on(*current, item, thread);
    lock.lock();
  }
}

void decode_pool::work_on(job& current, std::size_t item, std::size_t thread) {
  batch& work = *current.work;
  const auto begin = std::chrono::steady_clock::now();
  auto& prepare = preprocessors_[thread];
  if (auto failure = prepare.fill(work.items[item].image.bytes, work.buffer->row(item))) {
    work.items[item].failure = std::move(*failure);
  }
  current.spent[thread] += std::chrono::steady_clock::now() - begin;
  if (current.remaining.fetch_sub(1, std::memory_order_acq_rel) != 1) {
    return;
  }
  close_up_rows(work);
  work.preparation = *std::max_element(current.spent.begin(), current.spent.end());
  current.done();
}

} // namespace ocelli::inference
