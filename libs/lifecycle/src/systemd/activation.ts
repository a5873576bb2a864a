import { LifecycleError } from '../errors/lifecycle-error.js';
import { isWorkerOfPrimary, PRIMARY_VARIABLE } from '../parent/tell-parent.js';
import { type ReadVariable } from '../platform/platform.js';

/** A socket that systemd listens on, and has passed on to this process. */
export interface ActivatedSocket {
  /** The file descriptor, for `server.listen({ fd })`. */
  readonly fd: number;
  /** `FileDescriptorName=` of the socket unit; `'unknown'` where it has none. */
  readonly name: string;
}

/** The first descriptor: https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html */
const FIRST_FD = 3;

/**
 * The sockets that systemd has passed on to this process (`LISTEN_FDS`), or to the primary of this worker of `runCluster()`. Empty
 * where it was not started by a socket unit.
 */
export function activatedSockets(read: ReadVariable = readEnvironment): ActivatedSocket[] {
  const count = Number(read('LISTEN_FDS') ?? 0);
  const owner = isWorkerOfPrimary(read) ? read(PRIMARY_VARIABLE) : String(process.pid);
  if (!Number.isInteger(count) || count < 1 || read('LISTEN_PID') !== owner) return [];
  const names = (read('LISTEN_FDNAMES') ?? '').split(':');
  return Array.from({ length: count }, (_, index) => ({ fd: FIRST_FD + index, name: names[index] || 'unknown' }));
}

/**
 * Where a server listens: on the socket that systemd has passed on, else where it does without.
 *
 * @param otherwise what `server.listen()` takes: `{ port: 3000 }`
 * @param name that of one of several sockets; left out, the first
 * @throws LifecycleError `INVALID_SOURCE` when there are sockets, and none of that name
 */
export function listenOn<T extends object>(otherwise: T, name?: string): T | { readonly fd: number } {
  const sockets = activatedSockets();
  if (sockets.length === 0) return otherwise;
  const socket = sockets.find((one) => name === undefined || one.name === name);
  if (socket !== undefined) return { fd: socket.fd };
  const names = sockets.map((one) => one.name).join(', ');
  throw new LifecycleError(
    'INVALID_SOURCE',
    `listenOn() was asked for the socket '${name}', and systemd has passed on ${names}. Type FileDescriptorName=${name} in the socket unit.`,
  );
}

function readEnvironment(name: string): string | undefined {
  return process.env[name];
}
