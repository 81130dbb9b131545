// The files of the cluster's programs, each as an operator would write it for machines of their own.
import fs from 'node:fs';
import path from 'node:path';

const PROGRAMS = '/usr/lib/postgresql';
export const postgresPrograms = () => {
  const versions = fs.readdirSync(PROGRAMS).map(Number);
  return path.join(PROGRAMS, String(Math.max(...versions)), 'bin');
};

/**
 * A leader is gone when its lease of `ttl` seconds is; one that was cut off from the store gives up by itself sooner. Ten seconds is
 * the least that leaves room for two tries.
 */
export const patroni = ({ name, folder, port, restPort, storePort }) => `
scope: credits
name: ${name}
restapi: { listen: '127.0.0.1:${restPort}', connect_address: '127.0.0.1:${restPort}' }
etcd3: { host: '127.0.0.1:${storePort}', use_proxies: true }
bootstrap:
  dcs:
    ttl: 10
    loop_wait: 2
    retry_timeout: 3
    synchronous_mode: true
    postgresql:
      use_pg_rewind: true
      parameters: { max_connections: 100, shared_buffers: 64MB, wal_log_hints: 'on', wal_keep_size: 512MB, hot_standby_feedback: 'on' }
  initdb: [{ encoding: UTF8 }, data-checksums]
  pg_hba: ['host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust']
postgresql:
  listen: '127.0.0.1:${port}'
  connect_address: '127.0.0.1:${port}'
  data_dir: ${folder}/data
  bin_dir: ${postgresPrograms()}
  pgpass: ${folder}/pgpass
  authentication:
    superuser: { username: postgres, password: none }
    replication: { username: postgres, password: none }
  parameters: { unix_socket_directories: '${folder}' }
`;

const SERVERS = 'default-server inter 500 fall 2 rise 1 on-marked-down shutdown-sessions';

/** Leads to whoever leads, and ends connections to whoever no longer does. */
export const haproxy = ({ ports, nodes, redis, gateways }) => `
global
  maxconn 1000
defaults
  mode tcp
  timeout connect 1s
  timeout check 1s
  timeout client 1h
  timeout server 1h
listen leader
  bind 127.0.0.1:${ports.leader}
  option httpchk OPTIONS /primary
  http-check expect status 200
  ${SERVERS}
${nodes.map(({ name, port, restPort }) => `  server ${name} 127.0.0.1:${port} check port ${restPort}`).join('\n')}
listen replicas
  bind 127.0.0.1:${ports.replica}
  option httpchk OPTIONS /replica
  http-check expect status 200
  ${SERVERS}
${nodes.map(({ name, port, restPort }) => `  server ${name} 127.0.0.1:${port} check port ${restPort}`).join('\n')}
listen redis
  bind 127.0.0.1:${ports.redis}
  option tcp-check
  tcp-check send info\\ replication\\r\\n
  tcp-check expect string role:master
  ${SERVERS}
${redis.map((port, at) => `  server redis${at + 1} 127.0.0.1:${port} check`).join('\n')}
listen gateways
  mode http
  bind 127.0.0.1:${ports.http}
  option httpchk GET /readyz
  http-check expect status 200
  default-server inter 500 fall 1 rise 1
${gateways.map((port, at) => `  server gateway${at + 1} 127.0.0.1:${port} check`).join('\n')}
`;

/** As docs/operations/databases.md has it. */
export const pgbouncer = ({ port, leaderPort, users, page }) => {
  const [, lines = ''] = /^\[pgbouncer\]\n(.*?)^```/ms.exec(page) ?? [];
  return `
[databases]
* = host=127.0.0.1 port=${leaderPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
${lines
  .split('\n')
  .filter((line) => !line.startsWith('max_prepared_statements'))
  .join('\n')}`;
};

export const sentinel = ({ port, masterPort, folder }) => `
port ${port}
bind 127.0.0.1
dir ${folder}
sentinel monitor credits 127.0.0.1 ${masterPort} 2
sentinel down-after-milliseconds credits 2000
sentinel failover-timeout credits 5000
`;
