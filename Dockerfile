# Hubwatch in a container. compose.yaml runs the daemon and the desk by it; docs/operation.md,
# "In a container", tells how.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN python3 -m venv /opt/hubwatch \
 && /opt/hubwatch/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt \
 && /opt/hubwatch/bin/pip install --no-cache-dir --no-deps .

FROM python:3.11-slim-bookworm
COPY --from=build /opt/hubwatch /opt/hubwatch
RUN groupadd --system --gid 10001 hubwatch \
 && useradd --system --uid 10001 --gid 10001 --home-dir /data --shell /usr/sbin/nologin hubwatch \
 && install -d -o hubwatch -g hubwatch -m 750 /data
ENV PATH=/opt/hubwatch/bin:/usr/local/bin:/usr/bin:/bin
ENV HUBWATCH_CONFIG=/data/hubwatch.toml
ENV HUBWATCH_DB=/data/hubwatch.db
USER hubwatch
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
# 3: it works, and a source wants to be looked after; no reason to begin anew.
HEALTHCHECK --interval=60s --timeout=30s --start-period=60s --retries=3 \
  CMD hubwatch status --quiet || [ $? -eq 3 ]
ENTRYPOINT ["hubwatch"]
CMD ["run"]
