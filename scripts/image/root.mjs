// A folder that programs see as the root of a file system of their own: this machine's programs, read-only, and beside them
// only what the image's steps put there. Its mounts are in this process's mount namespace and end with it.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

// What the base image has: a system with Node.js, and a user `node` without rights.
const PROGRAMS = ['/usr', '/etc/ssl', '/etc/alternatives', '/dev'];
const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n';
const GROUP = 'root:x:0:\nnode:x:1000:\n';
// Compose gives each service a name; here all of them are this machine.
const HOSTS = '127.0.0.1 localhost postgres redis gateway worker\n';

const mount = (...args) => execFileSync('mount', args);

/**
 * Makes the root in an empty folder.
 * @param node the program that the base image has as Node.js
 */
export function makeRoot(folder, node) {
  for (const name of ['etc', 'proc', 'root', 'home/node', 'tmp'])
    fs.mkdirSync(path.join(folder, name), { recursive: true });
  fs.chmodSync(path.join(folder, 'tmp'), 0o1777);
  fs.chownSync(path.join(folder, 'home/node'), 1000, 1000);
  for (const name of PROGRAMS.filter((name) => fs.existsSync(name))) {
    fs.mkdirSync(path.join(folder, name), { recursive: true });
    mount('--rbind', name, path.join(folder, name));
    if (name !== '/dev') mount('-o', 'remount,ro,bind', path.join(folder, name));
  }
  const ours = path.join(
    folder,
    fs.realpathSync(execFileSync('which', ['node'], { encoding: 'utf8' }).trim()),
  );
  mount('--bind', node, ours);
  for (const link of ['bin', 'sbin', 'lib', 'lib64']) {
    const target = path.join(folder, link);
    if (fs.lstatSync(`/${link}`, { throwIfNoEntry: false })?.isSymbolicLink())
      fs.symlinkSync(fs.readlinkSync(`/${link}`), target);
    else if (fs.existsSync(`/${link}`)) {
      fs.mkdirSync(target);
      mount('--bind', `/${link}`, target);
    }
  }
  mount('-t', 'proc', 'proc', path.join(folder, 'proc'));
  fs.writeFileSync(path.join(folder, 'etc/passwd'), PASSWD);
  fs.writeFileSync(path.join(folder, 'etc/group'), GROUP);
  fs.writeFileSync(path.join(folder, 'etc/hosts'), HOSTS);
  for (const name of ['resolv.conf', 'nsswitch.conf', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d'])
    if (fs.existsSync(`/etc/${name}`))
      fs.cpSync(`/etc/${name}`, path.join(folder, 'etc', name), { recursive: true });
}

/** How this machine reaches the registry, and what it fetched before, for the steps that install. */
export function lendNpm(folder) {
  const rc = path.join(process.env.HOME ?? '/root', '.npmrc');
  if (fs.existsSync(rc)) fs.copyFileSync(rc, path.join(folder, 'root/.npmrc'));
  const cache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
  fs.mkdirSync(cache, { recursive: true });
  fs.mkdirSync(path.join(folder, 'root/.npm'), { recursive: true });
  mount('--bind', cache, path.join(folder, 'root/.npm'));
}

/** From here on nobody writes to it, but to /tmp. */
export function makeReadOnly(folder) {
  mount('--rbind', folder, folder);
  mount('-t', 'tmpfs', 'tmpfs', path.join(folder, 'tmp'));
  mount('-o', 'remount,ro,bind', folder);
}

/** Starts a program in it; the environment is what is given and nothing of ours. */
export function spawnIn(root, { user, folder, env, command }, stdio) {
  const home = user === 'root' ? '/root' : `/home/${user}`;
  const ids = user === 'root' ? '0:0' : '1000:1000';
  const place = ['--userspec', ids, '--groups', ids.split(':')[1], root];
  const inFolder = ['/bin/sh', '-c', 'cd "$0" && exec "$@"', folder, ...command];
  return spawn('/usr/sbin/chroot', [...place, ...inFolder], {
    stdio,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home, ...env },
  });
}

/** Runs it to its end. @returns its exit code and what it printed */
export function runIn(root, what) {
  return new Promise((resolve) => {
    const child = spawnIn(root, what, ['ignore', 'pipe', 'pipe']);
    let output = '';
    child.stdout.on('data', (part) => (output += part));
    child.stderr.on('data', (part) => (output += part));
    child.on('close', (code) => resolve({ code, output }));
  });
}
