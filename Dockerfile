# syntax=docker/dockerfile:1

# The official Rust image has what the vendored OpenSSL of `pg-tls` wants: a C compiler, perl and make.
FROM rust:1-bookworm AS build
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --release --locked --package scimd --features pg-tls \
    && cp target/release/scimd /usr/local/bin/scimd

FROM debian:bookworm-slim
# For `sslmode=verify-full`: the vendored OpenSSL does not know where Debian keeps its certificates.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /usr/local/bin/scimd /usr/local/bin/scimd
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin scimd \
    && install --directory --owner=scimd --group=scimd --mode=0700 /data
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    SCIMD_BIND=0.0.0.0:8080 \
    SCIMD_DATABASE_URL=sqlite:/data/scimd.db
USER scimd
WORKDIR /data
VOLUME /data
EXPOSE 8080
# Asks /readyz with what the image has: bash can open a socket, and curl would be one more thing to patch.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["/usr/local/bin/scimd"]
CMD ["serve"]
