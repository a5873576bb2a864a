import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fixedPorts } from './fixed-ports.js';
import { installedProxy, ProxyProcess, type Upstream } from './proxy-process.js';

export interface HaproxyOptions {
  servers: readonly Upstream[];
  /** How many checks in a row must fail before a server gets no more requests. */
  fall: number;
}

export type ServerState = 'UP' | 'DOWN';

/** HAProxy can be started on this machine. */
export const haproxyInstalled = installedProxy('haproxy', '-v');

const pollMs = 20;
const patienceMs = 30_000;

/** A real HAProxy that checks its servers' readiness ten times a second and never retries. */
export class Haproxy {
  readonly url: string;
  private readonly process: ProxyProcess;

  private constructor(port: number, options: HaproxyOptions) {
    this.url = `http://127.0.0.1:${port}`;
    this.process = new ProxyProcess({
      command: 'haproxy',
      configuration: (folder) => configuration(folder, port, options),
      args: (file) => ['-db', '-f', file],
    });
  }

  static async start(options: HaproxyOptions): Promise<Haproxy> {
    const [port = 0] = await fixedPorts(1);
    return new Haproxy(port, options);
  }

  /** Waits until HAProxy itself says that its servers are as named. */
  async until(expected: Readonly<Record<string, ServerState>>): Promise<void> {
    const givenUpAt = performance.now() + patienceMs;
    for (;;) {
      const states = await this.states();
      if (Object.entries(expected).every(([name, state]) => states.get(name) === state)) return;
      if (this.process.hasExited || performance.now() > givenUpAt) {
        const seen = JSON.stringify(Object.fromEntries(states));
        throw new Error(`HAProxy was to say ${JSON.stringify(expected)}, said ${seen}\n${this.process.log.text}`);
      }
      await sleep(pollMs);
    }
  }

  /** Its log, when it says of any request that it did not end well: why, and what HAProxy thought of its servers. */
  get failures(): string[] {
    const lines = this.process.log.text.split('\n');
    return lines.some((line) => / "[A-Z]+ \S+ HTTP/.test(line)) ? lines : [];
  }

  /** Nothing while it does not answer. A server that no check has passed yet counts as neither up nor down. */
  private async states(): Promise<Map<string, ServerState>> {
    const socket = connect(join(this.process.folder, 'stats.sock')).end('show servers state service\n');
    const answer = await text(socket).catch(() => '');
    return new Map(answer.split('\n').flatMap(readState));
  }
}

/**
 * Columns: backend id and name, server id, name and address, operational state (0 stopped, 2 running), …, and as the
 * twelfth the result of the newest check (3 passed). HAProxy management guide, "show servers state".
 */
function readState(line: string): [name: string, state: ServerState][] {
  const columns = line.split(' ');
  const [name = '', operational, check] = [columns[3], columns[5], columns[11]];
  if (operational === '0') return [[name, 'DOWN']];
  return operational === '2' && check === '3' ? [[name, 'UP']] : [];
}

/**
 * `timeout check` is long so that a busy machine cannot make a server look dead: what is to be seen is its readiness.
 * Everything else is as HAProxy does it by itself.
 */
function configuration(folder: string, port: number, { servers, fall }: HaproxyOptions): string {
  return `
global
  stats socket ${folder}/stats.sock mode 600 level user
  log stdout format raw local0

defaults
  mode http
  log global
  option httplog
  option dontlog-normal
  retries 0
  no option redispatch
  timeout connect 10s
  timeout client 60s
  timeout server 60s
  timeout check 10s

frontend door
  bind 127.0.0.1:${port}
  default_backend service

backend service
  option httpchk GET /health/ready
  http-check expect status 200
  default-server check inter 100ms fall ${fall} rise 1
${servers.map(({ name, port }) => `  server ${name} 127.0.0.1:${port}`).join('\n')}
`;
}
