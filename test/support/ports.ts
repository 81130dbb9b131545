// Ports that nobody listens on.
import net from 'node:net';

/** One that was free a moment ago; it may be another process's by the time it is used. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
