import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A real balancer on loopback whose servers are changed while it runs.
 * @typedef {object} Proxy
 * @property {string} name
 * @property {number} port where clients connect
 * @property {(ports: readonly number[]) => Promise<void>} setServers resolves once it sends new requests, or connections, to these only
 * @property {() => Promise<void>} close
 */

/**
 * What is left to a proxy's own default elsewhere.
 * @typedef {object} Settings
 * @property {'safe' | 'always'} [reuse] of HAProxy: whether the first request of a client may take a kept connection to a pod. Default: `always`,
 *   as nginx, Envoy and cloud load balancers do it; its own default is `safe`
 * @property {number} [maxFails] of nginx: so many failures take a server out for ten seconds. Default: 0, none do; its own default is 1
 */

/** Debian keeps servers where only root looks. */
const env = { PATH: `${process.env['PATH']}:/usr/local/sbin:/usr/sbin` };
const PATIENCE_MS = 10_000;
/** A rollout has no more pods than these, and none gets the place of another. */
const PLACES = 16;

/**
 * HAProxy that reads requests (`http`) or hands over connections (`tcp`). Its servers are changed by its runtime API, as ingress
 * controllers do it. Where there are requests it says of its own answers why it gave them, as the balancer of a rehearsal does.
 * @param {'http' | 'tcp'} mode
 * @param {Settings} [settings]
 * @returns {Promise<Proxy>}
 */
export async function startHaproxy(mode, { reuse = mode === 'http' ? 'always' : undefined } = {}) {
  const port = await freePort();
  const program = new ProxyProgram('haproxy', (file) => ['-db', '-f', file]);
  const socket = join(program.folder, 'haproxy.sock');
  program.start(haproxyConfiguration(socket, port, { mode, reuse: reuse === undefined ? '' : `http-reuse ${reuse}` }));
  const command = async (/** @type {string} */ line) => text(connect(socket).end(`${line}\n`));
  await program.until(async () => (await command('show info').catch(() => '')).includes('Version'));
  /** @type {Map<number, string>} */
  const places = new Map();
  /** @type {Set<number>} */
  let known = new Set();
  return {
    name: mode === 'http' ? 'HAProxy' : 'HAProxy (tcp)',
    port,
    setServers: async (ports) => {
      const next = new Set(ports);
      const lines = [];
      for (const added of next) {
        if (!places.has(added)) {
          places.set(added, `pods/pod${places.size + 1}`);
          lines.push(`set server ${places.get(added)} addr 127.0.0.1 port ${added}`);
        }
        if (!known.has(added)) lines.push(`set server ${places.get(added)} state ready`);
      }
      for (const removed of known) {
        if (!next.has(removed)) lines.push(`set server ${places.get(removed)} state maint`);
      }
      known = next;
      if (lines.length === 0) return;
      const said = (await command(lines.join('; '))).trim();
      const problem = said
        .split('\n')
        .find((line) => line !== '' && !/ changed from | by 'stats socket command'/.test(line));
      if (problem !== undefined) throw new Error(`HAProxy says to ${lines.join('; ')}: ${said}`);
    },
    close: () => program.close(),
  };
}

/**
 * nginx that never tries again. Its servers are changed by a reload: its API is not in the free edition.
 * @param {Settings} [settings]
 * @returns {Promise<Proxy>}
 */
export async function startNginx({ maxFails = 0 } = {}) {
  const port = await freePort();
  const program = new ProxyProgram('nginx', (file, folder) => ['-c', file, '-p', folder, '-e', 'stderr']);
  const workers = () => program.log.match(/start worker process \d+/g)?.length ?? 0;
  /** @param {readonly number[]} ports */
  const configuration = (ports) =>
    nginxConfiguration(
      program.folder,
      port,
      ports.map((server) => `server 127.0.0.1:${server} max_fails=${maxFails};`),
    );
  // An old worker takes connections until it has heard of the reload.
  const retired = () => program.log.match(/gracefully shutting down/g)?.length ?? 0;
  program.start(configuration([]));
  await program.until(() => workers() > 0);
  let changed = Promise.resolve();
  /** @param {readonly number[]} ports */
  const change = async (ports) => {
    const before = workers();
    const retiredBefore = retired();
    program.configure(configuration(ports));
    program.signal('SIGHUP');
    await program.until(() => workers() > before && retired() > retiredBefore);
  };
  return {
    name: 'nginx',
    port,
    setServers: (ports) => {
      changed = changed.then(() => change(ports));
      return changed;
    },
    close: () => program.close(),
  };
}

/** A proxy with a folder of its own. */
class ProxyProgram {
  folder = mkdtempSync(join(tmpdir(), 'balancers-'));
  log = '';
  #file = join(this.folder, 'proxy.conf');
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;

  /**
   * @param {string} command
   * @param {(file: string, folder: string) => string[]} args
   */
  constructor(command, args) {
    this.command = command;
    this.args = args;
  }

  /** @param {string} configuration */
  configure(configuration) {
    writeFileSync(this.#file, configuration);
  }

  /** @param {string} configuration */
  start(configuration) {
    this.configure(configuration);
    const child = spawn(this.command, this.args(this.#file, this.folder), { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (this.log += String(bytes)));
    child.once('error', (error) => (this.log += String(error)));
    this.#child = child;
  }

  /** @param {NodeJS.Signals} signal */
  signal(signal) {
    this.#child?.kill(signal);
  }

  /** @param {() => boolean | Promise<boolean>} isSo */
  async until(isSo) {
    const givenUpAt = performance.now() + PATIENCE_MS;
    while (!(await isSo())) {
      if (performance.now() > givenUpAt || this.#child?.exitCode !== null)
        throw new Error(`${this.command} was not ready in ${PATIENCE_MS} ms: ${this.log}`);
      await sleep(5);
    }
  }

  async close() {
    const child = this.#child;
    if (child?.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * It never tries again. kube-proxy draws an endpoint for each connection, and so does HAProxy here with `tcp`; its own default would
 * compare two. It draws a place on a ring: with few places for each server, as with a weight of 1, they do not get the same share.
 * @param {string} socket
 * @param {number} port
 * @param {{ mode: 'http' | 'tcp', reuse: string }} how
 */
function haproxyConfiguration(socket, port, { mode, reuse }) {
  const own = (/** @type {number} */ status, /** @type {string} */ reason) =>
    `  http-error status ${status} content-type text/plain string "HAProxy" hdr x-rehearsal-balancer ${reason}`;
  return `
global
  stats socket ${socket} mode 600 level admin
defaults
  mode ${mode}
  retries 0
  no option redispatch
  timeout connect 5s
  timeout client 60s
  timeout server 60s
${mode === 'http' ? [own(502, 'reset'), own(503, 'refused'), own(504, 'black-hole')].join('\n') : ''}
frontend door
  bind 127.0.0.1:${port}
  default_backend pods
backend pods
  ${reuse}
  balance ${mode === 'http' ? 'roundrobin' : 'random(1)'}
  server-template pod 1-${PLACES} 127.0.0.1:1 weight 100 disabled
`;
}

/**
 * @param {string} folder
 * @param {number} port
 * @param {readonly string[]} servers
 */
function nginxConfiguration(folder, port, servers) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const pass = `
      proxy_pass http://pods;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_next_upstream off;
      error_page 502 504 = @failed;`;
  return `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr notice;
events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  map $upstream_connect_time $reason { default reset; "~^-" refused; }
  ${servers.length === 0 ? '' : `upstream pods { ${servers.join(' ')} keepalive 16; }`}
  server {
    listen 127.0.0.1:${port};
    location / {
      ${servers.length === 0 ? 'add_header x-rehearsal-balancer no-endpoints always; return 503;' : pass}
    }
    location @failed {
      add_header x-rehearsal-balancer $reason always;
      return 502 "nginx";
    }
  }
}
`;
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
