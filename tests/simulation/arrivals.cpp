#include "simulation/arrivals.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>

namespace ocelli::simulation {

namespace {

nanoseconds seconds(double value) { return nanoseconds(std::llround(value * 1e9)); }

double random_share(std::mt19937_64& random) {
  return std::uniform_real_distribution<double>(0, 1)(random);
}

void sort_by_time(arrivals& list) {
  std::stable_sort(
      list.begin(), list.end(), [](const auto& a, const auto& b) { return a.when < b.when; });
}

} // namespace

arrivals paced(std::size_t clients, double rate, nanoseconds jitter, nanoseconds duration,
    std::uint64_t seed) {
  std::mt19937_64 random(seed);
  arrivals result;
  auto period = seconds(1 / rate);
  for (std::uint64_t client = 1; client <= clients; ++client) {
    auto due = seconds(random_share(random) / rate);
    for (; due < duration; due += period) {
      auto late = static_cast<double>(jitter.count()) * random_share(random);
      result.push_back({due + nanoseconds(std::llround(late)), client});
    }
  }
  sort_by_time(result);
  return result;
}

arrivals poisson(std::size_t clients, double rate, nanoseconds duration, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::exponential_distribution<double> gap(rate);
  arrivals result;
  for (std::uint64_t client = 1; client <= clients; ++client) {
    for (auto due = seconds(gap(random)); due < duration; due += seconds(gap(random)))
      result.push_back({due, client});
  }
  sort_by_time(result);
  return result;
}

arrivals bursts(std::size_t clients, nanoseconds period, nanoseconds spread, nanoseconds duration,
    std::uint64_t seed) {
  std::mt19937_64 random(seed);
  arrivals result;
  for (nanoseconds due{0}; due < duration; due += period) {
    for (std::uint64_t client = 1; client <= clients; ++client) {
      auto late = static_cast<double>(spread.count()) * random_share(random);
      result.push_back({due + nanoseconds(std::llround(late)), client});
    }
  }
  sort_by_time(result);
  return result;
}

arrivals recorded(const std::filesystem::path& file) {
  std::ifstream input(file);
  std::string line;
  arrivals result;
  std::getline(input, line); // the names
  while (std::getline(input, line)) {
    std::istringstream fields(line);
    double when = 0;
    char comma = 0;
    arrival next;
    if (!(fields >> when >> comma >> next.client) || comma != ',')
      throw std::runtime_error("not a line of a trace in " + file.string() + ": " + line);
    next.when = seconds(when);
    result.push_back(next);
  }
  if (result.empty())
    throw std::runtime_error("no trace in " + file.string());
  sort_by_time(result);
  return result;
}

} // namespace ocelli::simulation
