# syntax=docker/dockerfile:1
# Two images from one file:
#   docker build --target cpu -t biaoge .
#   docker build --target gpu -t biaoge:gpu .
# Run without a network; --init lets `docker stop` end it at once:
#   docker run --rm --init --network none -v "$PWD:/data:ro" biaoge extract /data/report.pdf

ARG PYTHON_IMAGE=python:3.11-slim-bookworm
# ONNX Runtime's GPU wheels are built for CUDA 13 and cuDNN 9.
ARG CUDA_IMAGE=nvidia/cuda:13.0.2-cudnn-runtime-ubuntu24.04

FROM ${PYTHON_IMAGE} AS cpu-base
WORKDIR /src
COPY scripts/install-system scripts/
RUN scripts/install-system

FROM cpu-base AS cpu-build
COPY . .
RUN scripts/install-python /opt/biaoge . \
 && BIAOGE_CACHE=/opt/biaoge/cache /opt/biaoge/bin/biaoge models verify

FROM cpu-base AS cpu
COPY --from=cpu-build /opt/biaoge /opt/biaoge
RUN useradd --create-home --uid 10001 biaoge
ENV PATH=/opt/biaoge/bin:$PATH BIAOGE_CACHE=/opt/biaoge/cache PYTHONDONTWRITEBYTECODE=1
USER biaoge
WORKDIR /data
ENTRYPOINT ["biaoge"]
CMD ["--help"]

FROM ${CUDA_IMAGE} AS gpu-base
ENV DEBIAN_FRONTEND=noninteractive
WORKDIR /src
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
COPY scripts/install-system scripts/
RUN scripts/install-system

FROM gpu-base AS gpu-build
# Paddle's own engine is an option beside ONNX Runtime; its wheels are in an index of its own, one a CUDA
# version, e.g. --build-arg PADDLE_INDEX=https://www.paddlepaddle.org.cn/packages/stable/cu130/
ARG PADDLE_INDEX=
ARG PADDLE_VERSION=3.3.1
COPY . .
RUN scripts/install-python /opt/biaoge '.[gpu]' \
 && if [ -n "$PADDLE_INDEX" ]; then \
      /opt/biaoge/bin/pip install --quiet --index-url "$PADDLE_INDEX" "paddlepaddle-gpu==$PADDLE_VERSION"; \
    fi \
 && BIAOGE_CACHE=/opt/biaoge/cache /opt/biaoge/bin/biaoge models verify

FROM gpu-base AS gpu
COPY --from=gpu-build /opt/biaoge /opt/biaoge
RUN useradd --create-home --uid 10001 biaoge
ENV PATH=/opt/biaoge/bin:$PATH BIAOGE_CACHE=/opt/biaoge/cache PYTHONDONTWRITEBYTECODE=1
USER biaoge
WORKDIR /data
ENTRYPOINT ["biaoge"]
CMD ["--help"]
