import { type IncomingMessage } from 'node:http';

/** Probes people write themselves, by the names they commonly have, and metrics, wherever they are commonly served. */
const USUAL_PATHS = [
  '/health',
  '/health/live',
  '/health/ready',
  '/health/startup',
  '/healthz',
  '/livez',
  '/readyz',
  '/metrics',
];

/**
 * Which requests are neither waited for nor refused: probes, metrics, and what the user lists. Decided by the path as
 * the client wrote it, once, when the request arrives, so that counting and refusing always agree.
 */
export class ExemptPaths {
  readonly #own: readonly string[];
  #listedPaths: readonly string[] = [];
  #all = anyOf([]);
  #listed = anyOf([]);

  /** `own` are the paths of the ready-made probes; `listed` may end in `/*` for everything below. */
  constructor({ own, listed }: { readonly own: readonly string[]; readonly listed: readonly string[] }) {
    this.#own = own;
    this.add(listed);
  }

  /** Paths that turn out to be exempt at boot: those of connections that are waited for by themselves. */
  add(listed: readonly string[]): void {
    this.#listedPaths = [...new Set([...this.#listedPaths, ...listed])];
    this.#listed = anyOf(this.#listedPaths);
    this.#all = anyOf([...USUAL_PATHS, ...this.#own, ...this.#listedPaths]);
  }

  /** The usual paths only for what reads: whoever posts to `/health` means something else. */
  includes({ url = '', method }: Pick<IncomingMessage, 'url' | 'method'>): boolean {
    // Nearly all requests end here, at the cost of one match.
    if (!this.#all.test(url)) return false;
    return method === 'GET' || method === 'HEAD' || this.#listed.test(url);
  }
}

/** One expression for all paths, up to the query. */
function anyOf(paths: readonly string[]): RegExp {
  if (paths.length === 0) return /(?!)/;
  const patterns = paths.map((path) =>
    path.endsWith('/*') ? `${escape(path.slice(0, -2))}(?:/[^?#]*)?` : `${escape(path.replace(/\/+$/, ''))}/?`,
  );
  return new RegExp(`^(?:${patterns.join('|')})(?:[?#]|$)`);
}

function escape(path: string): string {
  return path.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
