# The gateway for production: built once with its pages, run as a user without rights on a tree that nobody writes to, on a
# PostgreSQL of its own (DATABASE_URL). `npm run test:image` replays these steps without an engine, by the same Node.js, which is
# the newest with long-term support; tools/nodes has its version too.
FROM node:26.12.1-bookworm-slim AS build
WORKDIR /gateway
COPY package.json package-lock.json .npmrc ./
COPY packages/simulator/package.json ./packages/simulator/
COPY packages/server/package.json ./packages/server/
COPY packages/client/package.json ./packages/client/
COPY packages/react/package.json ./packages/react/
COPY packages/element/package.json ./packages/element/
RUN npm ci --no-fund --no-audit
COPY . .
RUN npm run build && npm run build:web && rm -rf dist/bench dist/storm packages/*/src && npm prune --omit=dev --omit=optional --no-fund --no-audit

FROM node:26.12.1-bookworm-slim
LABEL org.opencontainers.image.title="credits-gateway" \
      org.opencontainers.image.description="A self-hosted GraphQL payments gateway that sells prepaid credits" \
      org.opencontainers.image.documentation="/docs of a running gateway"
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /gateway
COPY --from=build /gateway/package.json ./
COPY --from=build /gateway/node_modules ./node_modules
COPY --from=build /gateway/packages ./packages
COPY --from=build /gateway/dist ./dist
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["node", "dist/src/cli/healthcheck.js"]
CMD ["node", "--enable-source-maps", "dist/src/main.js"]
