import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { LOOPBACK } from '../network/loopback-server.js';

/** Where the clients of a rehearsal connect. */
export interface Address {
  /** A name or an IP address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether TLS is spoken. The certificate is checked as Node does it; `NODE_EXTRA_CA_CERTS` adds authorities. */
  readonly isTls: boolean;
}

/** A port of this machine. */
export function onLoopback(port: number): Address {
  return { host: LOOPBACK, port, isTls: false };
}

/**
 * Reads `http://orders.example`, `https://10.0.0.7:8443` and the like.
 *
 * @throws AddressError for what is none
 */
export function parseAddress(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isTls = url?.protocol === 'https:';
  if (url === undefined || (!isTls && url.protocol !== 'http:') || url.hostname === '') {
    throw new AddressError(
      `${text} is no address: write it with its protocol, as in http://orders.example or https://10.0.0.7:8443`,
    );
  }
  refuseMore(text, url);
  const port = url.port === '' ? usualPort(isTls) : Number(url.port);
  return { host: url.hostname.replaceAll(/^\[|\]$/g, ''), port, isTls };
}

/** What else a URL may have belongs into the requests. */
function refuseMore(text: string, url: URL): void {
  if (url.username !== '' || url.password !== '') {
    throw new AddressError(
      'the address has a name or a password in it: write it without, and pass what the requests need with --login or in a file of --load',
    );
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new AddressError(
      `${text} has a path: write ${url.origin} as the address, and the path into the requests, as in --request 'GET ${url.pathname}'`,
    );
  }
}

function usualPort(isTls: boolean): number {
  return isTls ? 443 : 80;
}

/** An address cannot be read. The message says what to write. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

/** `orders.example`, `10.0.0.7:8443`, `[::1]:3000`: as the `Host` header has it. */
export function authorityOf({ host, port, isTls }: Address): string {
  const name = isIP(host) === 6 ? `[${host}]` : host;
  return port === usualPort(isTls) ? name : `${name}:${port}`;
}

/** With its protocol, as a user writes it. */
export function originOf(address: Address): string {
  return `${address.isTls ? 'https' : 'http'}://${authorityOf(address)}`;
}

/** Opens a connection. It emits `connect` when TCP is open; what is written before TLS is ready waits. */
export function openSocket({ host, port, isTls }: Address, protocol: 'http/1.1' | 'h2' = 'http/1.1'): Socket {
  if (!isTls) return connectTcp({ host, port, noDelay: true });
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = connectTls({ host, port, ...name, ALPNProtocols: [protocol] });
  return socket.setNoDelay(true);
}
