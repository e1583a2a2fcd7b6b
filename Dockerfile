# The server with all that it needs, its own PostgreSQL included (or DATABASE_URL for another).
#   docker build -t outdial .
#   docker run -d --network host -v outdial:/var/lib/outdial -e OUTDIAL_ACCOUNT=demo:1234 -e OUTDIAL_TRUNK='sip:…' outdial
FROM node:26-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN ./bin/outdial-node --no-warnings scripts/build.ts /package && npm pack --pack-destination / /package

FROM node:26-bookworm-slim
COPY --from=build /outdial-*.tgz /tmp/
RUN npm install --global --ignore-scripts --no-audit --no-fund /tmp/outdial-*.tgz \
  && rm /tmp/outdial-*.tgz \
  && useradd --system --home-dir /var/lib/outdial --shell /usr/sbin/nologin outdial \
  && install -d -o outdial -g outdial -m 0755 /var/lib/outdial
USER outdial
WORKDIR /var/lib/outdial
ENV OUTDIAL_HTTP=0.0.0.0:8080 \
    OUTDIAL_DATA=/var/lib/outdial
VOLUME /var/lib/outdial
# HTTP, SIP and RTP. Behind a container's address translation audio reaches nobody: use the host's network.
EXPOSE 8080/tcp 5060/udp 5060/tcp 20000-29999/udp
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["outdial", "health"]
ENTRYPOINT ["outdial"]
CMD ["serve"]
