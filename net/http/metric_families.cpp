#include "net/http/metric_families.hpp"

#include <prometheus/text_serializer.h>

namespace ocelli::net {

void metric_families::begin(std::string name, std::string help, prometheus::MetricType type) {
  families_.push_back({std::move(name), std::move(help), type, {}});
}

void metric_families::begin_counter(std::string name, std::string help) {
  begin(std::move(name), std::move(help), prometheus::MetricType::Counter);
}

void metric_families::begin_gauge(std::string name, std::string help) {
  begin(std::move(name), std::move(help), prometheus::MetricType::Gauge);
}

void metric_families::begin_histogram(std::string name, std::string help) {
  begin(std::move(name), std::move(help), prometheus::MetricType::Histogram);
}

prometheus::ClientMetric& metric_families::add_metric(const labels& of) {
  auto& metric = families_.back().metric.emplace_back();
  for (const auto& [name, value] : of)
    metric.label.push_back({name, value});
  return metric;
}

void metric_families::add(double value, const labels& of) {
  auto& metric = add_metric(of);
  if (families_.back().type == prometheus::MetricType::Counter)
    metric.counter.value = value;
  else
    metric.gauge.value = value;
}

void metric_families::add(const actors::histogram& observed, double unit, const labels& of) {
  auto& result = add_metric(of).histogram;
  const auto& bounds = observed.bounds();
  auto counted = observed.read();
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    cumulative += counted.in_range[i];
    result.bucket.push_back({cumulative, static_cast<double>(bounds[i]) * unit});
  }
  // the number of all observations comes from the same counts, so that buckets never exceed it
  result.sample_count = cumulative + counted.in_range.back();
  result.sample_sum = static_cast<double>(counted.sum) * unit;
}

void metric_families::counter(std::string name, std::string help, double value) {
  begin_counter(std::move(name), std::move(help));
  add(value);
}

void metric_families::gauge(std::string name, std::string help, double value) {
  begin_gauge(std::move(name), std::move(help));
  add(value);
}

std::string metric_families::text() const {
  return prometheus::TextSerializer{}.Serialize(families_);
}

} // namespace ocelli::net
