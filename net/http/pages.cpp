#include "net/http/pages.hpp"

#include "net/http/metrics_page.hpp"

#include <utility>

namespace ocelli::net {

namespace {

engineio::http_response plain(unsigned status, std::string body) {
  engineio::http_response result;
  result.status = status;
  result.body = std::move(body);
  return result;
}

} // namespace

pages::pages(
    condition healthy, condition ready, std::function<std::string()> metrics, std::string about)
    : healthy_(std::move(healthy)), ready_(std::move(ready)), metrics_(std::move(metrics)),
      about_(std::move(about)) {}

engineio::http_response pages::answer(const engineio::http_request& request) const {
  auto known = request.path == "/" || request.path == "/healthz" || request.path == "/readyz" ||
               request.path == "/metrics";
  if (!known)
    return plain(404, "Not found\n");
  if (request.method != "GET" && request.method != "HEAD")
    return plain(405, "Only GET and HEAD are allowed here\n");
  if (request.path == "/")
    return plain(200, about_);
  if (request.path == "/metrics")
    return {200, metrics_page::content_type, metrics_()};
  if (request.path == "/healthz")
    return healthy_() ? plain(200, "healthy\n") : plain(503, "unhealthy\n");
  return ready_() ? plain(200, "ready\n") : plain(503, "not ready\n");
}

} // namespace ocelli::net
