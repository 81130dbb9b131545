export class Generator {
  constructor(seed: number);
  event(provider: 'stripe' | 'razorpay'): { body: Buffer; headers: Record<string, string> };
}
