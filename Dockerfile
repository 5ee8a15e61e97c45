# One image for web, worker, beat and migrations; docker-compose.yml says which is which.

FROM node:24-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
# The style sheet keeps only what these name.
COPY . .
RUN npm run build

FROM python:3.11-slim AS packages
COPY requirements.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# A new volume takes over whose the folder is.
RUN useradd --system --uid 10001 --home-dir /app cnscd && install -d -o cnscd /media
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=assets /app/.data/assets .data/assets
# Neither command opens a connection, but the settings ask for addresses and a key.
RUN export SECRET_KEY=build DATABASE_URL=postgresql://build REDIS_URL=redis://build \
    && python manage.py messages compile \
    && python manage.py collectstatic --noinput
USER cnscd
EXPOSE 8000
CMD ["granian", "--interface=wsgi", "--host=0.0.0.0", "--port=8000", "--workers=2", "--blocking-threads=4", "cnscd_portal.wsgi:application"]
