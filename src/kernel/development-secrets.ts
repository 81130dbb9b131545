/** Signs what mock mode makes for itself; what signs webhook events is each provider's (mock.webhookSecret). Test and live mode refuse to start with any of these. */
export const DEVELOPMENT_SECRETS = {
  jwt: 'development-only-jwt-secret-never-use-outside-mock-mode',
  apiKeyPepper: 'development-only-pepper-of-api-keys',
  secretsKey: 'development-only-key-for-what-is-stored-encrypted',
} as const;
