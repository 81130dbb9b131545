/** What the payer's captcha answered. What draws it is loaded by those alone who are asked. */
export const solveCaptcha = async (siteKey: string): Promise<string> =>
  (await import('./captcha')).solveCaptcha(siteKey);
