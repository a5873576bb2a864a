import { DEFAULT_PORTS } from './default-ports.js';
import { type DependencyTarget } from './dependency-proxy.js';
import { LOOPBACK } from './loopback-server.js';

/** Before and after the address: everything else stays as it was written, credentials and query included. */
const URL_PARTS = /^(?<before>(?<scheme>[a-z][a-z\d+.-]*):\/\/(?:[^/?#]*@)?)(?<address>[^/?#]*)(?<after>.*)$/is;
const ADDRESS = /^(?<host>\[[^\]]+\]|[^:,\s]+)(?::(?<port>\d{1,5}))?$/;

interface Parts {
  readonly before: string;
  readonly target: DependencyTarget;
  readonly after: string;
}

/**
 * Where a URL, or `host:port`, points to. Throws where it does not name exactly one host and port: a list of brokers, a socket of the
 * file system, a name that only DNS resolves to hosts (`mongodb+srv:`), an unknown scheme without a port.
 */
export function targetOf(value: string): DependencyTarget {
  return partsOf(value).target;
}

/**
 * The same value, pointing to that port of this machine. Over TLS the names in certificates no longer match: clients that verify
 * them refuse the proxy.
 */
export function rewriteTarget(value: string, port: number): string {
  const { before, after } = partsOf(value);
  return `${before}${LOOPBACK}:${port}${after}`;
}

function partsOf(value: string): Parts {
  const url = URL_PARTS.exec(value)?.groups;
  if (url === undefined) return { before: '', target: addressOf(value, undefined), after: '' };
  const { before = '', scheme = '', address = '', after = '' } = url;
  return { before, target: addressOf(address, DEFAULT_PORTS[scheme.toLowerCase()]), after };
}

function addressOf(address: string, defaultPort: number | undefined): DependencyTarget {
  const { host, port } = ADDRESS.exec(address)?.groups ?? {};
  const number = Number(port ?? defaultPort);
  if (host === undefined || !(number >= 1 && number <= 65_535)) throw unusable(address);
  return { host: host.replaceAll(/^\[|\]$/g, ''), port: number };
}

/** Without what stands around the address: that may be a password. */
function unusable(address: string): Error {
  return new Error(
    `A proxy needs one host and one port, as in "redis://cache:6379" or "db:5432", and found "${address.split('@').at(-1) ?? ''}".`,
  );
}
