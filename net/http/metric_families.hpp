#pragma once

#include "actors/histogram.hpp"

#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

namespace ocelli::net {

/// Collects metrics in Prometheus' data model and writes them as text. Not thread-safe. Names,
/// units and labels: Prometheus, "Metric and label naming".
class metric_families {
 public:
  /// Names and values; values may be any UTF-8.
  using labels = std::vector<std::pair<std::string, std::string>>;

  /// Begin a family; what is added next belongs to it.
  void begin_counter(std::string name, std::string help);
  void begin_gauge(std::string name, std::string help);
  void begin_histogram(std::string name, std::string help);

  /// One time series of a counter or a gauge.
  void add(double value, const labels& of = {});
  /// One histogram; bounds and sum are multiplied by `unit`, 1e-9 for nanoseconds as seconds.
  void add(const actors::histogram& observed, double unit, const labels& of = {});

  /// A counter, or a gauge, with a single time series.
  void counter(std::string name, std::string help, double value);
  void gauge(std::string name, std::string help, double value);

  /// Text format 0.0.4.
  std::string text() const;

 private:
  void begin(std::string name, std::string help, prometheus::MetricType type);
  prometheus::ClientMetric& add_metric(const labels& of);

  std::vector<prometheus::MetricFamily> families_;
};

} // namespace ocelli::net
