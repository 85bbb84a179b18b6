#include "simulation/simulation.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

// Adaptive batching beside batching with a fixed delay: the same arrivals and the same costs for
// all, in simulated time. Prints Markdown.

namespace {

using namespace ocelli;
using namespace ocelli::simulation;
using namespace std::chrono_literals;

constexpr auto duration = 30s;
constexpr std::uint64_t seed = 20'250'101;
constexpr nanoseconds delays[] = {0ms, 5ms, 10ms, 50ms, 100ms};

/// Two processors with int8, and a GPU.
std::vector<model_cost> models() {
  model_cost resnet50{"ResNet-50, two processors", 1'850us, 4'600us, 450us};
  model_cost resnet18{"ResNet-18, two processors", 420us, 1'945us, 450us};
  model_cost gpu{"ResNet-50, GPU", 1'500us, 60us, 450us, 16};
  return {resnet50, resnet18, gpu};
}

std::vector<load> loads(const model_cost& cost, const arrivals& trace) {
  auto capacity = cost.capacity();
  auto cameras = [&](double share) {
    return static_cast<std::size_t>(std::max(1L, std::lround(share * capacity / 30)));
  };
  std::vector<load> result;
  result.push_back({"1 client, one frame after the other", {}, {1, 2ms, 1ms}, duration});
  result.push_back({"8 clients, one frame after the other", {}, {8, 2ms, 1ms}, duration});
  result.push_back({"64 clients, one frame after the other", {}, {64, 2ms, 1ms}, duration});
  result.push_back({fmt::format("{} cameras at 30 a second, half of the capacity", cameras(0.5)),
      paced(cameras(0.5), 30, 5ms, duration, seed), {}, duration});
  auto many = std::max<std::size_t>(16, cameras(0.7));
  result.push_back({fmt::format("{} clients at random (Poisson), 70 % of the capacity", many),
      poisson(many, 0.7 * capacity / many, duration, seed), {}, duration});
  auto period = nanoseconds(std::llround(1e9 * many / (0.7 * capacity)));
  result.push_back({fmt::format("{} clients at once, 70 % of the capacity", many),
      bursts(many, period, 2ms, duration, seed), {}, duration});
  result.push_back({fmt::format("{} cameras at 30 a second, four times the capacity", cameras(4)),
      paced(cameras(4), 30, 5ms, duration, seed), {}, duration});
  if (!trace.empty()) {
    auto end = trace.back().when + 1ms;
    result.push_back({"recorded: 12 cameras at 15 a second", trace, {}, end});
  }
  return result;
}

void print_row(const load& offered, const std::string& policy, const outcome& result) {
  std::cout << fmt::format("| {} | {} | {:.0f} | {:.1f} | {:.1f} | {:.0f} | {:.1f} | {:.3f} |\n",
      offered.name, policy, result.answers_per_second, result.latency_p50, result.latency_p99,
      result.age, result.batch_size, result.jain);
}

void compare(const model_cost& cost, const arrivals& trace) {
  using milliseconds = std::chrono::duration<double, std::milli>;
  std::cout << fmt::format(
      "\n### {}\n\nA batch of n takes {:.2f} + {:.2f} n ms, decoding a frame {:.2f} ms on one of "
      "{} threads.\n\n",
      cost.name, milliseconds(cost.fixed).count(), milliseconds(cost.per_frame).count(),
      milliseconds(cost.decode).count(), cost.decode_threads);
  std::cout
      << "| load | batching | answers/s | latency p50, ms | p99, ms | age, ms | batch | Jain |\n"
         "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n";
  for (const auto& offered : loads(cost, trace)) {
    print_row(offered, "**adaptive**",
        simulate(offered, [&cost](event_queue& events, simulated_server::end_function end) {
          return std::make_unique<adaptive_server>(events, config::frame_settings{},
              config::inference_settings{}.max_delay_ms, std::vector{cost}, std::move(end));
        }));
    for (auto delay : delays) {
      auto name =
          fmt::format("up to {} ms", std::chrono::round<std::chrono::milliseconds>(delay).count());
      print_row(offered, name,
          simulate(offered, [&](event_queue& events, simulated_server::end_function end) {
            return std::make_unique<fixed_delay_server>(events, delay, cost, std::move(end));
          }));
    }
  }
}

} // namespace

int main(int argc, char** argv) {
  std::string trace;
  CLI::App app{"Compares adaptive batching with batching after a fixed delay, in simulated time."};
  app.add_option("--trace", trace, "Recorded arrivals, one line `seconds,client` each")
      ->check(CLI::ExistingFile);
  CLI11_PARSE(app, argc, argv);
  try {
    auto arrived = trace.empty() ? arrivals{} : recorded(trace);
    for (const auto& cost : models())
      compare(cost, arrived);
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return EXIT_FAILURE;
  }
}
