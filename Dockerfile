# The site, for a PostgreSQL of 16 to 18 that DATABASE_URL names. docker-compose.yml brings both.
#
# Paths in RUN are relative, so that `python .make/image.py` can carry out the same steps without Docker.

FROM node:24-slim AS library
WORKDIR /muster
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim AS build
WORKDIR /muster
COPY requirements.txt ./
RUN python -m venv .venv
RUN .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
RUN .venv/bin/python -m pip install --no-deps --no-build-isolation --no-index --editable .
COPY --from=library /muster/node_modules node_modules
COPY static static
RUN .venv/bin/python -m app.assets
COPY migrations migrations
COPY templates templates
COPY examples examples
COPY docs docs
RUN .venv/bin/python -m compileall -q app migrations
RUN .venv/bin/python -m app.compiled

FROM python:3.13-slim AS site
# The tree belongs to root: the account that serves it can change none of it.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin muster
WORKDIR /muster
COPY --from=build /muster /muster
USER muster
ENV MUSTER_ENVIRONMENT=production MUSTER_LOG_FORMAT=json PYTHONUNBUFFERED=1
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD [".venv/bin/python", "-c", "from urllib.request import *; build_opener(ProxyHandler({})).open('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD [".venv/bin/muster", "serve", "--host", "0.0.0.0", "--port", "8000"]
