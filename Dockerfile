# The server with either engine: the embedded one keeps its store in /data; or set COMMONGRID_GRAPH_URI.
# The wheel of the embedded engine brings its own Java and needs glibc 2.34: Debian 12 or newer.
FROM python:3.13-slim

WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

COPY LICENSE README.md server.py settings.py ./
COPY cli cli
COPY graph graph
COPY jobs jobs
COPY resolvers resolvers
COPY schema schema
COPY web web
# Compiled now, since it runs as one who may write nowhere but in /data and /tmp.
RUN python -m compileall -q . \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin commongrid \
    && install -d -m 0700 -o commongrid -g commongrid /data

ENV PYTHONDONTWRITEBYTECODE=1 \
    COMMONGRID_HOME=/data \
    COMMONGRID_HOST=0.0.0.0 \
    COMMONGRID_PORT=8000
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import http.client as h, os, sys; c = h.HTTPConnection('127.0.0.1', int(os.environ['COMMONGRID_PORT']), timeout=4); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["python", "server.py"]
CMD ["serve"]
