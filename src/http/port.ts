// Says who has the port, before anything else is started: "address in use" alone sends people looking.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';

/** The gateway cannot start here. The message is for the person at the terminal. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

/** What to do about an address that this process cannot listen at, by what the system says of it. */
const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'this user may not take it; ports below 1024 are for root: take a greater one, behind a proxy',
  EADDRNOTAVAIL:
    'HOST is no address of this machine; 127.0.0.1 is this machine alone, 0.0.0.0 every address of it',
  ENOTFOUND: 'HOST is a name that nobody knows here',
};

/**
 * @param variable what names the port
 * @throws StartRefused naming the process that has the port, where that can be found out, or why nobody can listen there.
 */
export async function assertPortIsFree(port: number, host: string, variable = 'PORT'): Promise<void> {
  const code = port === 0 && host === '127.0.0.1' ? null : await whyNot(port, host);
  if (code === null) return;
  if (code !== 'EADDRINUSE') {
    const remedy = REMEDIES[code];
    throw new StartRefused(
      `HOST=${host} ${variable}=${port}: nothing can listen there (${code})${remedy ? `: ${remedy}` : ''}.`,
    );
  }
  const owner = ownerOf(port);
  throw new StartRefused(
    `Port ${port} is taken${owner ? ` by process ${owner.pid} (${owner.command})` : ''}.\n` +
      `Stop it, or choose another port: ${variable}=${port + 1} npm start`,
  );
}

/** The system's code; null: it can be listened at. */
function whyNot(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
}

interface Owner {
  readonly pid: number;
  readonly command: string;
}

function ownerOf(port: number): Owner | null {
  try {
    return process.platform === 'linux' ? ownerFromProc(port) : ownerFromLsof(port);
  } catch {
    return null; // Another user's process: the port is taken all the same.
  }
}

/** Linux: the listening socket's inode, then the process that has it open. See proc(5). */
function ownerFromProc(port: number): Owner | null {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6'].filter((file) => fs.existsSync(file)))
    for (const line of fs.readFileSync(table, 'utf8').split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      const isListening = state === '0A';
      if (isListening && local?.endsWith(`:${hexPort}`) && inode) inodes.add(`socket:[${inode}]`);
    }
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const handles = `/proc/${pid}/fd`;
    try {
      for (const handle of fs.readdirSync(handles))
        if (inodes.has(fs.readlinkSync(`${handles}/${handle}`)))
          return { pid: Number(pid), command: commandOf(fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')) };
    } catch {
      // Gone meanwhile, or not ours to look into.
    }
  }
  return null;
}

/** macOS; not tested there. */
function ownerFromLsof(port: number): Owner | null {
  const pid = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], {
    encoding: 'utf8',
  }).trim();
  if (!pid) return null;
  return {
    pid: Number(pid),
    command: execFileSync('ps', ['-o', 'command=', '-p', pid], { encoding: 'utf8' }).trim(),
  };
}

const COMMAND_MAX = 80;
const commandOf = (cmdline: string) => cmdline.split('\0').join(' ').trim().slice(0, COMMAND_MAX);
