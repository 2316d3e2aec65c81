# One image for the web server, the worker, the clock and the migrations: docker-compose.yml gives each its command.
FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements/runtime.txt requirements/runtime.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
        --requirement requirements/runtime.txt
ENV PATH="/venv/bin:$PATH"
COPY manage.py ./
COPY mesopinions mesopinions
COPY accounts accounts
COPY petitions petitions
COPY privacy privacy
COPY templates templates
COPY static static
COPY locale locale
COPY deploy/healthcheck.py deploy/healthcheck.py
# Settings ask for keys; these collect files and sign nothing, and stay in no layer.
RUN python -m mesopinions.local.assets \
    && LOCAL=1 SECRET_KEY=build LINK_KEYS=build PSEUDONYM_KEY=build FIELD_KEYS=build \
        python manage.py collectstatic --noinput \
    && python -m compileall -q accounts mesopinions petitions privacy

FROM python:3.13-slim
# A new volume at /data takes its owner and mode from this folder.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin site \
    && install --directory --mode 0700 --owner site --group site /data
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH="/venv/bin:$PATH" DATA_DIR=/data LOCAL=0 DEBUG=0 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# By number, so that an orchestrator can see that it is not root.
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "deploy/healthcheck.py", "web"]
# The shell is there for WEB_WORKERS only, and `exec` leaves: signals reach the web server.
CMD ["sh", "-c", "exec granian --interface wsgi --host 0.0.0.0 --port 8000 --workers ${WEB_WORKERS:-2} --blocking-threads 4 --respawn-failed-workers --workers-kill-timeout 10 --no-ws --log-level warning --no-access-log mesopinions.wsgi:application"]
