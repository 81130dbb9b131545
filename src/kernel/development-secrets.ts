/** Signs what mock mode makes for itself. Test and live mode refuse to start with any of these. */
export const DEVELOPMENT_SECRETS = {
  jwt: 'development-only-jwt-secret-never-use-outside-mock-mode',
  stripeWebhook: 'whsec_development_only_never_use_outside_mock_mode',
  razorpayWebhook: 'development-only-razorpay-webhook-secret',
  apiKeyPepper: 'development-only-pepper-of-api-keys',
  secretsKey: 'development-only-key-for-what-is-stored-encrypted',
} as const;
