import { fixedPorts } from './fixed-ports.js';
import { installedProxy, ProxyProcess, type Upstream } from './proxy-process.js';

/** nginx can be started on this machine. */
export const nginxInstalled = installedProxy('nginx', '-v');

interface Doors {
  retrying: number;
  notRetrying: number;
}

/**
 * A real nginx with kept-alive connections to its servers. It has no active checks: it learns that a server is gone from
 * the request that fails, and tries it again after ten seconds (`fail_timeout`).
 */
export class Nginx {
  /** Here a request that failed is passed on to the next server where that is safe, as nginx does by default. */
  readonly url: string;
  /** Here it is not (`proxy_next_upstream off`). What one door learns, the other does not know. */
  readonly notRetryingUrl: string;
  private readonly process: ProxyProcess;

  private constructor(doors: Doors, servers: readonly Upstream[]) {
    this.url = `http://127.0.0.1:${doors.retrying}`;
    this.notRetryingUrl = `http://127.0.0.1:${doors.notRetrying}`;
    this.process = new ProxyProcess({
      command: 'nginx',
      configuration: (folder) => configuration(folder, doors, servers),
      args: (file, folder) => ['-c', file, '-p', folder, '-e', 'stderr'],
    });
  }

  /** Returns when it serves. */
  static async start(servers: readonly Upstream[]): Promise<Nginx> {
    const [retrying = 0, notRetrying = 0] = await fixedPorts(2);
    const nginx = new Nginx({ retrying, notRetrying }, servers);
    await nginx.process.log.waitFor(/start worker process \d+/, 30_000);
    return nginx;
  }

  /**
   * Its error log: every request that did not go well at the first server it was sent to, whatever became of it then,
   * and why.
   */
  get errors(): string[] {
    return this.process.log.text.split('\n').filter((line) => /\[(error|crit|alert|emerg)\]/.test(line));
  }
}

/** Whether a line of the error log says that the connection was refused. Nothing was sent then: it is safe to ask again. */
export function isRefusal(line: string): boolean {
  return line.includes('connect() failed (111: Connection refused) while connecting to upstream');
}

/** One worker: each keeps its own account of who failed. */
function configuration(folder: string, { retrying, notRetrying }: Doors, servers: readonly Upstream[]): string {
  const upstream = servers.map(({ port }) => `server 127.0.0.1:${port};`).join(' ');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const door = (name: string, port: number, more = ''): string => `
  upstream ${name} { ${upstream} keepalive 16; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://${name};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      ${more}
    }
  }`;
  return `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr notice;
events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
${door('retrying', retrying)}
${door('not_retrying', notRetrying, 'proxy_next_upstream off;')}
}
`;
}
