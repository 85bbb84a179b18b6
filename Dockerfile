# Ocelli as a container image, from the same package lists and set-up scripts as a bare machine.
#
#   docker build -t ocelli .                       for any x86-64 host
#   docker build -t ocelli:cuda --target cuda .    for hosts with an NVIDIA driver
#
#   docker run -p 5000:5000 ocelli
#   docker run --gpus all -p 5000:5000 -v "$PWD/ocelli.toml:/etc/ocelli/ocelli.toml:ro" ocelli:cuda
#
# Stopping answers what was accepted, for up to server.drain_seconds (20): give it --stop-timeout 30.

FROM debian:12-slim AS build
ENV PIP_NO_CACHE_DIR=1
WORKDIR /ocelli
COPY scripts/setup scripts/
COPY scripts/shell scripts/shell
COPY scripts/packages scripts/packages
COPY scripts/requirements scripts/requirements
RUN scripts/setup --cpu
COPY . .
RUN cmake --preset release -DOCELLI_BUILD_TESTS=OFF \
  && cmake --build --preset release --target ocelli \
  && cmake --install build/release --component Unspecified --strip --prefix /opt/ocelli \
  && cmake --install build/release --component libtorch --prefix /opt/libtorch-cpu

# The program is the same; only the libraries beside it differ.
FROM build AS libtorch-cuda
RUN scripts/setup --cuda && cmake --install build/release --component libtorch --prefix /opt/libtorch-cuda

FROM debian:12-slim AS run
COPY scripts/setup /setup/scripts/
COPY scripts/shell /setup/scripts/shell
COPY scripts/packages /setup/scripts/packages
RUN /setup/scripts/setup --packages runtime \
  && rm -rf /setup /var/lib/apt/lists/* \
  && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin ocelli
COPY --from=build /opt/ocelli /opt/ocelli
COPY deploy/entrypoint deploy/healthcheck /opt/ocelli/bin/
USER 10001:10001
EXPOSE 5000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["/opt/ocelli/bin/healthcheck"]
# arguments of docker run are added to these
ENTRYPOINT ["/opt/ocelli/bin/entrypoint", "--set", "server.host=0.0.0.0"]

FROM run AS cuda
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --from=libtorch-cuda /opt/libtorch-cuda /opt/ocelli

FROM run AS cpu
COPY --from=build /opt/libtorch-cpu /opt/ocelli
