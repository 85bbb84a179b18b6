#include "simulation/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace ocelli::simulation {

namespace {

double milliseconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e6; }

double percentile(std::vector<double>& values, double share) {
  if (values.empty())
    return 0;
  std::sort(values.begin(), values.end());
  auto rank = std::ceil(share * static_cast<double>(values.size()));
  return values[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

class run_of_load {
 public:
  run_of_load(const load& offered, const make_server& make, std::uint64_t seed)
      : offered_(offered), random_(seed), start_(events_.now()), end_(start_ + offered.duration) {
    server_ = make(events_, [this](std::uint64_t client, std::uint64_t frame, frame_end how) {
      ended(client, frame, how);
    });
    for (const auto& [when, client] : offered_.open) {
      if (when < offered_.duration)
        events_.at(start_ + when, [this, client = client] { send(client); });
      clients_.try_emplace(client, start_);
    }
    // numbers of their own
    for (std::uint64_t i = 1; i <= offered_.closed.clients; ++i) {
      clients_.try_emplace(closed_clients + i, start_);
      events_.at(start_ + pause(), [this, i] { send(closed_clients + i); });
    }
  }

  outcome run() {
    events_.run(time_point::max());
    std::vector<double> latencies;
    double age = 0, sum = 0, squares = 0;
    result_.fewest = result_.sent;
    for (auto& [id, client] : clients_) {
      latencies.insert(latencies.end(), client.latencies.begin(), client.latencies.end());
      age_until(client, end_);
      age += client.age / std::chrono::duration<double>(end_ - start_).count();
      auto answers = static_cast<double>(client.latencies.size());
      sum += answers;
      squares += answers * answers;
      result_.fewest = std::min(result_.fewest, client.latencies.size());
    }
    auto count = static_cast<double>(clients_.size());
    auto until = std::max(end_, last_answer_);
    result_.answers_per_second = sum / std::chrono::duration<double>(until - start_).count();
    result_.latency_p50 = percentile(latencies, 0.5);
    result_.latency_p99 = percentile(latencies, 0.99);
    result_.latency_max = percentile(latencies, 1);
    result_.age = 1e3 * age / count;
    result_.jain = squares > 0 ? sum * sum / (count * squares) : 0;
    result_.batch_size =
        server_->batches > 0 ? static_cast<double>(server_->rows) / server_->batches : 0;
    return result_;
  }

 private:
  struct client_state {
    explicit client_state(time_point start) : newest(start), counted(start) {}
    std::uint64_t last_frame = 0;
    std::unordered_map<std::uint64_t, time_point> sent; // and not ended
    std::vector<double> latencies;
    time_point newest;  // sending time of the newest frame answered
    time_point counted; // until then age is counted
    double age = 0;     // integral over time, in square seconds
  };

  static constexpr std::uint64_t closed_clients = 1'000'000;

  nanoseconds pause() {
    auto jitter = static_cast<double>(offered_.closed.jitter.count());
    std::uniform_real_distribution<double> varied(-jitter, jitter);
    return std::max(
        offered_.closed.pause + nanoseconds(std::llround(varied(random_))), nanoseconds(0));
  }

  void send(std::uint64_t client) {
    auto& state = clients_.at(client);
    auto frame = ++state.last_frame;
    ++result_.sent;
    state.sent.emplace(frame, events_.now());
    server_->add(client, frame,
        offered_.deadline > nanoseconds(0) ? std::optional(events_.now() + offered_.deadline)
                                           : std::nullopt);
  }

  void ended(std::uint64_t client, std::uint64_t frame, frame_end how) {
    auto& state = clients_.at(client);
    auto found = state.sent.find(frame);
    if (found == state.sent.end()) {
      ++result_.ended_twice;
      return;
    }
    auto sent = found->second;
    state.sent.erase(found);
    ++result_.ended[static_cast<std::size_t>(how)];
    if (how == frame_end::answered) {
      state.latencies.push_back(milliseconds(events_.now() - sent));
      age_until(state, std::min(events_.now(), end_));
      state.newest = std::max(state.newest, sent);
      last_answer_ = events_.now();
    } else if (offered_.deadline > nanoseconds(0)) {
      result_.latest_end =
          std::max(result_.latest_end, milliseconds(events_.now() - sent - offered_.deadline));
    }
    if (client > closed_clients) {
      auto next = events_.now() + pause();
      if (next < end_)
        events_.at(next, [this, client] { send(client); });
    }
  }

  // Between two answers the age grows with time.
  static void age_until(client_state& client, time_point when) {
    using seconds = std::chrono::duration<double>;
    auto before = seconds(client.counted - client.newest).count();
    auto after = seconds(when - client.newest).count();
    client.age += (after * after - before * before) / 2;
    client.counted = when;
  }

  const load& offered_;
  std::mt19937_64 random_;
  event_queue events_;
  time_point start_;
  time_point end_;
  time_point last_answer_;
  std::unique_ptr<simulated_server> server_;
  std::unordered_map<std::uint64_t, client_state> clients_;
  outcome result_;
};

} // namespace

outcome simulate(const load& offered, const make_server& make, std::uint64_t seed) {
  return run_of_load(offered, make, seed).run();
}

} // namespace ocelli::simulation
