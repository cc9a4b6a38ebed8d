# Loopway in containers: docs/how-to/compose.md. The bundles are made with the whole workspace, and run without it.
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm run bundle

FROM node:24-bookworm-slim
RUN printf '#!/bin/sh\nexec node /app/dist/loopway.cjs "$@"\n' >/usr/local/bin/loopway \
 && chmod 755 /usr/local/bin/loopway \
 && mkdir /state && chown node:node /state
COPY --from=build /src/dist/*.cjs /app/dist/
COPY fixtures/seeds /app/fixtures/seeds
COPY fixtures/zones /app/fixtures/zones
ENV LOOPWAY_STATE=/state
USER node
ENTRYPOINT ["loopway"]
CMD ["--help"]
