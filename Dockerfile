# docker build -t wecom-router .
# docker run --rm -it wecom-router demo

FROM swift:6.3-bookworm AS builder
WORKDIR /src
COPY scripts/install-dependencies scripts/
RUN scripts/install-dependencies && rm -rf /var/lib/apt/lists/*
COPY . .
# What `wecom-router version` says: --build-arg COMMIT="$(git rev-parse HEAD)"
ARG COMMIT
# Swift is linked in, the C libraries stay dynamic so that Debian's security updates reach them.
RUN --mount=type=cache,target=/src/.build,sharing=locked \
    WECOM_ROUTER_COMMIT=$COMMIT swift build -c release --static-swift-stdlib --product wecom-router \
    && strip -o /wecom-router .build/release/wecom-router

FROM debian:bookworm-slim
# libstdc++6 for the Swift runtime, ca-certificates to know WeCom by; the others as scripts/install-dependencies says.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates libcurl4 libpq5 libsqlite3-0 libssl3 libstdc++6 libxml2 libyaml-0-2 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 wecom-router \
    && useradd --uid 10001 --gid 10001 --home-dir /app --no-create-home --shell /usr/sbin/nologin wecom-router \
    && install --directory --owner 10001 --group 10001 --mode 0700 /app/data
COPY --from=builder /wecom-router /usr/local/bin/wecom-router

# Here the defaults hold: ./config.yaml is mounted, and data/router.db lies in the volume.
WORKDIR /app
VOLUME /app/data
USER 10001:10001
EXPOSE 8645
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 CMD ["wecom-router", "health"]
ENTRYPOINT ["wecom-router"]
CMD ["serve"]
