import { readFileSync } from 'node:fs';
import { DEFAULT_PORTS } from '../default-ports.js';

/** Ports that services call without a variable that names them: DNS over TCP, HTTP and HTTPS. */
const ALWAYS = [53, 80, 443];

/** `TCP_LISTEN`, as /proc/net/tcp writes it. */
const LISTEN = '0A';

/** The most ports that lead out of a pod. A developer's machine listens on far fewer. */
const MOST = 2000;

/** What is known of whom a service calls. */
export interface OutboundFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the user named. */
  readonly named: readonly number[];
  /** Where the pod itself listens. */
  readonly own: readonly number[];
}

/**
 * The ports that a service may call outside of its pod: those in its variables, those with which a kind of server comes, those that are
 * named, and every port of this machine that something listens on now. The pod's own are not among them.
 */
export function outboundPorts({ env, named, own }: OutboundFacts): readonly number[] {
  const written = Object.entries(env).flatMap(([name, value = '']) => portsIn(name, value));
  const all = [...named, ...written, ...ALWAYS, ...Object.values(DEFAULT_PORTS), ...listeningHere()];
  return [...new Set(all)].filter((port) => port >= 1 && port <= 65_535 && !own.includes(port)).slice(0, MOST);
}

/** As in `redis://cache:6379`, `a:9092,b:9093`, `host=db port=5433`, and `DB_PORT=5433`. */
function portsIn(name: string, value: string): number[] {
  if (/port$/i.test(name) && /^\d{1,5}$/.test(value)) return [Number(value)];
  const found = value.matchAll(/[\w\])-]:(\d{2,5})(?![\w:.@])|\bport=(\d{1,5})\b/g);
  return [...found].map(([, afterHost, inWords]) => Number(afterHost ?? inWords));
}

function listeningHere(): number[] {
  return ['tcp', 'tcp6'].flatMap((table) =>
    tableOf(table)
      .split('\n')
      .flatMap((line) => {
        const [, address = '', , state] = line.trim().split(/\s+/);
        return state === LISTEN ? [Number.parseInt(address.split(':').at(-1) ?? '', 16)] : [];
      }),
  );
}

function tableOf(name: string): string {
  try {
    return readFileSync(`/proc/self/net/${name}`, 'latin1');
  } catch {
    // A kernel without IPv6 has no tcp6.
    return '';
  }
}
