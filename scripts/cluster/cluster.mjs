// Two PostgreSQL servers under Patroni, with a store of its own, HAProxy and PgBouncer before them, Redis under Sentinel, three
// gateways and the simulated providers. It is what storm/stage.ts is to a storm: the same clients and judges work with it.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { root } from '../fingerprint.mjs';
import { freePort, listens, Machine, until } from './machine.mjs';
import * as settings from './settings.mjs';

const require = createRequire(path.join(root, 'dist', 'storm', 'storm.js'));
const pg = require('pg');
const { Program } = require('./program.js');
const { TcpProxy } = require('./proxy.js');
const { Receiver } = require('./receiver.js');
const { issueToken } = require('../src/callers/token.js');
const { PROVIDER_NAMES } = require('../src/providers/descriptors.js');
const { readConfig } = require('../src/providers/read-config.js');
const { startEmbeddedPostgres } = require('../src/db/embedded.js');
const { searchPathOf } = require('../src/db/code.js');
const { CODE } = require('../src/app/database.js');

const JWT_SECRET = 'of-a-cluster-and-nobody-else-32-characters';
const TOKEN_SECONDS = 3_600;
const GATEWAYS = 3;
const GATEWAY_READY = /"url":"([^"]*)".*"event":"gateway.ready"/;

export class Cluster {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-cluster-'));
  closings = [];
  nodes = [];
  postgresNodes = [];
  redis = [];
  auth = readConfig({ AUTH_JWT_SECRET: JWT_SECRET }).auth;
  /** Nothing odd is done on these ways. */
  providers = { met: new Map() };
  webhooks = { met: new Map() };
  postgres = { owner: () => this.owner() };

  get doors() {
    return this.nodes.map(({ program }) => ({ url: program.url }));
  }

  token(id, role) {
    return issueToken(this.auth, { id, role }, TOKEN_SECONDS);
  }

  async start(say) {
    fs.chmodSync(this.folder, 0o777);
    this.ports = Object.fromEntries(
      await Promise.all(
        ['store', 'peers', 'leader', 'replica', 'redis', 'http', 'pooler'].map(async (name) => [
          name,
          await freePort(),
        ]),
      ),
    );
    this.gatewayPorts = await Promise.all(Array.from({ length: GATEWAYS }, freePort));
    say('etcd, and two PostgreSQL servers under Patroni');
    await this.startStore();
    for (const name of ['node1', 'node2']) await this.startNode(name);
    await until('a leader with a synchronous standby', async () => (await this.roles()).standby !== null);
    say('Redis under Sentinel, HAProxy, PgBouncer');
    await this.startRedis();
    await this.startWays();
    await this.owner('postgres').then(async (client) => {
      await client.query('create database credits');
      await client.end();
    });
    say('simulated providers and three gateways');
    await this.startProviders();
    this.receiver = await Receiver.open();
    this.closings.push(() => this.receiver.close());
    for (const port of this.gatewayPorts) await this.startGateway(port);
  }

  file(name, text) {
    fs.writeFileSync(path.join(this.folder, name), text, { mode: 0o644 });
    return path.join(this.folder, name);
  }

  async machine(plan) {
    const machine = new Machine({ folder: this.folder, ...plan });
    this.closings.push(() => machine.end());
    await machine.start();
    return machine;
  }

  async startStore() {
    const { store, peers } = this.ports;
    const [here, there] = [`http://127.0.0.1:${store}`, `http://127.0.0.1:${peers}`];
    await this.machine({
      name: 'etcd',
      command: 'etcd',
      words: [
        ...[
          '--name',
          'etcd',
          '--data-dir',
          path.join(this.folder, 'etcd'),
          '--initial-cluster',
          `etcd=${there}`,
        ],
        ...['--listen-client-urls', here, '--advertise-client-urls', here],
        ...['--listen-peer-urls', there, '--initial-advertise-peer-urls', there],
      ],
      isReady: () => listens(store),
    });
  }

  /** The way to the store is one of its own, so that it can be cut. */
  async startNode(name) {
    const folder = path.join(this.folder, name);
    fs.mkdirSync(folder);
    fs.chmodSync(folder, 0o777);
    const [port, restPort] = [await freePort(), await freePort()];
    const store = await TcpProxy.open(() => ({ host: '127.0.0.1', port: this.ports.store }));
    this.closings.push(() => store.close());
    const file = this.file(
      `${name}.yml`,
      settings.patroni({ name, folder, port, restPort, storePort: store.port }),
    );
    const machine = await this.machine({
      name,
      command: 'patroni',
      words: [file],
      isNobody: true,
      isReady: async () => (await fetch(`http://127.0.0.1:${restPort}/health`)).status === 200,
    });
    this.postgresNodes.push({ name, port, restPort, store, machine });
  }

  /** Who leads and who follows at once, as Patroni says. */
  async roles() {
    for (const { restPort } of this.postgresNodes)
      try {
        const answer = await fetch(`http://127.0.0.1:${restPort}/cluster`, {
          signal: AbortSignal.timeout(1_000),
        });
        const { members } = await answer.json();
        const named = (role) =>
          members.find((one) => one.role === role && /running|streaming/.test(one.state));
        const find = (member) => this.postgresNodes.find(({ name }) => name === member?.name) ?? null;
        return { leader: find(named('leader')), standby: find(named('sync_standby')) };
      } catch {
        // The other one may know.
      }
    return { leader: null, standby: null };
  }

  async startRedis() {
    const words = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', this.folder];
    const [master, replica] = [await freePort(), await freePort()];
    for (const [name, port, more] of [
      ['redis1', master, []],
      ['redis2', replica, ['--replicaof', '127.0.0.1', String(master)]],
    ])
      this.redis.push({
        port,
        machine: await this.machine({
          ...{ name, command: 'redis-server', words: ['--port', String(port), ...words, ...more] },
          isReady: () => listens(port),
        }),
      });
    for (const at of [1, 2, 3]) {
      const port = await freePort();
      const file = this.file(
        `sentinel${at}.conf`,
        settings.sentinel({ port, masterPort: master, folder: this.folder }),
      );
      await this.machine({
        ...{ name: `sentinel${at}`, command: 'redis-sentinel', words: [file] },
        isReady: () => listens(port),
      });
    }
  }

  /** One command, by the words that are typed into a terminal. */
  askRedis(port, command) {
    return new Promise((resolve, reject) => {
      const socket = net.connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
      socket.setTimeout(1_000, () => socket.destroy(new Error('no answer')));
      socket.once('data', (piece) => {
        socket.destroy();
        resolve(String(piece));
      });
      socket.once('error', reject);
    });
  }

  async startWays() {
    const nodes = this.postgresNodes;
    const redis = this.redis.map(({ port }) => port);
    const balancer = this.file(
      'haproxy.cfg',
      settings.haproxy({ ports: this.ports, nodes, redis, gateways: this.gatewayPorts }),
    );
    await this.machine({
      ...{ name: 'haproxy', command: 'haproxy', words: ['-f', balancer, '-db'] },
      isReady: async () => {
        const client = await this.owner('postgres');
        await client.end();
        return true;
      },
    });
    const page = fs.readFileSync(path.join(root, 'docs', 'operations', 'databases.md'), 'utf8');
    const users = this.file('users.txt', '"postgres" ""\n');
    const { pooler: port, leader: leaderPort } = this.ports;
    const pooler = this.file('pgbouncer.ini', settings.pgbouncer({ port, leaderPort, users, page }));
    this.pooler = await this.machine({
      ...{ name: 'pgbouncer', command: 'pgbouncer', words: [pooler], isNobody: true },
      isReady: () => listens(port),
    });
  }

  async startProviders() {
    this.providersDatabase = await startEmbeddedPostgres({
      dataDir: path.join(this.folder, 'providers'),
      settings: { fsync: 'off' },
    });
    this.closings.push(() => this.providersDatabase.stop());
    const cli = path.join(root, 'dist', 'src', 'cli', 'cli.js');
    this.simulator = new Program({
      ...{ name: 'simulator', command: process.execPath },
      words: [cli, 'simulator', '--port', '0', '--webhooks', `http://127.0.0.1:${this.ports.http}/webhooks`],
      env: () => ({ ...programs(), DATABASE_URL: this.providersDatabase.url }),
      ready: /Simulated .* at (\S+)/,
    });
    this.closings.push(() => this.simulator.end());
    await this.simulator.start();
  }

  async startGateway(port) {
    const url = (at) => `postgresql://postgres@127.0.0.1:${at}/credits`;
    const program = new Program({
      ...{ name: `gateway ${this.nodes.length + 1}`, command: process.execPath, ready: GATEWAY_READY },
      words: ['--enable-source-maps', path.join(root, 'dist', 'src', 'main.js')],
      env: () => ({
        ...programs(),
        PORT: String(port),
        DATABASE_URL: url(this.ports.pooler),
        DATABASE_DIRECT_URL: url(this.ports.leader),
        DATABASE_READ_URL: url(this.ports.replica),
        REDIS_URL: `redis://127.0.0.1:${this.ports.redis}`,
        DATA_DIR: path.join(this.folder, 'exports'),
        AUTH_JWT_SECRET: JWT_SECRET,
        ...Object.fromEntries(
          PROVIDER_NAMES.map((name) => [`${name.toUpperCase()}_API_BASE`, this.simulator.url]),
        ),
        PROVIDER_TIMEOUT_MS: '2000',
        RATE_LIMITS: 'off',
        // Few payers buy here as fast as they can, which is what rules of risk are there to stop.
        RISK: 'observe',
      }),
    });
    this.closings.push(() => program.end());
    await program.start();
    this.nodes.push({ program });
  }

  /** The tables' owner, at whoever leads. */
  async owner(database = 'credits') {
    const client = new pg.Client({
      connectionString: `postgresql://postgres@127.0.0.1:${this.ports.leader}/${database}`,
      options: `-c search_path=${searchPathOf(CODE.schema)}`,
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  async providersClient() {
    const client = new pg.Client({ connectionString: this.providersDatabase.url });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  async bank(route, body) {
    const answer = await fetch(`${this.simulator.url}/simulator/${route}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    });
    return { status: answer.status, body: await answer.json().catch(() => null) };
  }

  /** Ends all that was started, the last one first. @param keep whether logs stay, and where */
  async close(keep = null) {
    for (let close = this.closings.pop(); close; close = this.closings.pop())
      await close().catch((error) => process.stderr.write(`${String(error)}\n`));
    if (keep) {
      fs.mkdirSync(keep, { recursive: true });
      for (const name of fs.readdirSync(this.folder).filter((one) => one.endsWith('.log')))
        fs.copyFileSync(path.join(this.folder, name), path.join(keep, name));
      for (const { program } of this.nodes)
        fs.writeFileSync(
          path.join(keep, `${program.name.replace(' ', '-')}.log`),
          `${program.log.join('\n')}\n`,
        );
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What any program needs, and nothing of the settings of whoever starts it. */
const programs = () => ({ PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' });
