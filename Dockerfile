# Serves models over HTTP, without torch; docs/serve.md.
#
#     make wheel && docker build -t elman:serve .
#     docker run --read-only -p 127.0.0.1:8080:8080 -e ELMAN_TOKEN="$(openssl rand -hex 32)" \
#         -v "$PWD/model:/models/model:ro" elman:serve
ARG BASE=python:3.12-slim
FROM ${BASE}
COPY dist/elman-*.whl /wheels/
RUN pip install --no-cache-dir "$(ls /wheels/elman-*.whl)[serve]"
RUN useradd --uid 10001 --no-create-home --home-dir /models elman
USER elman
WORKDIR /models
ENV PYTHONDONTWRITEBYTECODE=1
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health/ready', timeout=2)"]
ENTRYPOINT ["elman", "serve", "--host", "0.0.0.0", "--port", "8080"]
CMD ["/models/model"]
