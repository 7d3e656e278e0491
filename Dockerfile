# One image for the gateway, the subgraphs and the one-off commands; docker-compose.yml says which runs what.
# No compiler and no development package: TypeScript runs as it is.
FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The platform packages with a Node and a PostgreSQL of their own are optional, and not needed in a container.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:26-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json tsconfig.json ./
COPY schema schema
COPY gateway gateway
COPY subgraphs subgraphs
COPY tools tools
# Volumes take over who owns the folder that they are mounted on.
RUN mkdir -p /state /keys/gateway /keys/crm /keys/accounting /keys/shop \
  /keys/crm-worker /keys/accounting-worker /keys/shop-worker && chown -R node:node /state /keys
USER node
ENV TRIBUTARY_HOME=/state HOST=0.0.0.0 PORT=4000
EXPOSE 4000
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--expose-gc", "--max-semi-space-size=16", "--heap-growing-percent=100", "--no-allocation-site-pretenuring", "--invocation-count-for-turbofan=1000", "tools/run.js", "gateway", "--config", "tools/reference-company.gateway.yaml"]
