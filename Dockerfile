# syntax=docker/dockerfile:1

FROM rust:1.95-trixie AS build
WORKDIR /src
COPY . .
# Dependencies and their objects stay in the builder's cache, whatever changes in the source.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package qun-api --bin qun \
    && install -D target/release/qun /out/qun

# Nothing else is needed: SQLite, time zones and the list of certificate authorities are in the binary.
FROM debian:trixie-slim
RUN useradd --system --uid 10001 --user-group --home-dir /data --create-home qun
COPY --from=build /out/qun /usr/local/bin/qun
COPY LICENSE-MIT LICENSE-APACHE /usr/share/doc/qun/

USER qun
WORKDIR /data
VOLUME /data
ENV QUN_LISTEN=0.0.0.0:8080 \
    QUN_DATABASE_URL=sqlite:///data/qun.db \
    QUN_LOG_FORMAT=json
EXPOSE 8080

# Whether the process lives. A database that is away shows in /readyz; no restart would mend it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${QUN_LISTEN##*:} && printf 'GET /livez HTTP/1.0\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]

ENTRYPOINT ["qun"]
CMD ["serve"]
