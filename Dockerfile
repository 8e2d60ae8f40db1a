# The image of production: one for web, worker and tick. Assets are built by the project's own command; what only the
# build needs stays behind in its stage.
FROM python:3.13-slim AS build
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_NO_CACHE=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN pip install --no-cache-dir 'uv>=0.9,<1'
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-default-groups --group assets
COPY . .
RUN .venv/bin/python manage.py build_assets
RUN uv sync --frozen --no-default-groups && rm -rf assets/node_modules
# Production's settings ask for everything; nothing of what is said here is kept.
RUN DJANGO_SETTINGS_MODULE=ecosystem.settings.production SECRET_KEY=build BASE_URL=https://build ALLOWED_HOSTS=build \
    DATABASE_URL=sqlite:///:memory: CACHE_URL=locmemcache:// EMAIL_URL=consolemail:// DEFAULT_FROM_EMAIL=build@build \
    .venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.13-slim
ENV DJANGO_SETTINGS_MODULE=ecosystem.settings.production PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0
RUN useradd --system --uid 10001 --home-dir /app village
WORKDIR /app
COPY --from=build /app /app
# The only folder that is written: pictures and documents of editors, on a volume.
RUN mkdir -p var/media && chown village: var var/media && python -m compileall -q accounts core directory ecosystem events home search spaces
USER village
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s CMD ["python", "-c", "import os, urllib.request as u; \
u.urlopen(u.Request('http://127.0.0.1:8000/readyz', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0]}), timeout=5)"]
CMD ["sh", "-c", "exec granian --interface wsgi --host $HOST --port 8000 --workers ${WEB_WORKERS:-2} --blocking-threads 2 \
--no-ws --http 1 --respawn-failed-workers --log-level warning ecosystem.wsgi:application"]
