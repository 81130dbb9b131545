// What this back end is told by its environment; `npm run setup` writes it to .env.

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing: npm run setup writes it to .env.`);
  return value;
}

export const settings = {
  port: Number(process.env.PORT ?? 3000),
  /** Where the gateway is, for this back end and for the browser. */
  creditsUrl: setting('CREDITS_URL'),
  /** A service's key: it may spend for every user, so it never leaves this process. */
  apiKey: setting('CREDITS_API_KEY'),
  /** By which this back end signs its users in at the gateway. */
  jwtSecret: new TextEncoder().encode(setting('AUTH_JWT_SECRET')),
};
