import { ChildProcess } from 'node:child_process';
import { Server, Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** A handle that keeps the process alive: of what kind it is as `process.getActiveResourcesInfo()` has it, and where it comes from. */
export interface HandleOrigin {
  readonly kind: string;
  readonly name: string;
}

/**
 * Where the handles that keep the process alive come from: servers by their address, sockets by their peer, child processes by their
 * command. It reads `process._getActiveHandles()`, which is deprecated in words only; read in Node 20, 22, 24 and 26. Empty where there is
 * none. Never throws.
 */
export function handleOrigins(list: () => readonly unknown[] = activeHandles): HandleOrigin[] {
  try {
    return list().flatMap((handle) => originOf(handle) ?? []);
  } catch {
    // What it tells is not worth an end without a report.
    return [];
  }
}

function activeHandles(): readonly unknown[] {
  const read: unknown = Reflect.get(process, '_getActiveHandles');
  const handles: unknown = typeof read === 'function' ? Reflect.apply(read, process, []) : undefined;
  return Array.isArray(handles) ? handles : [];
}

function originOf(handle: unknown): HandleOrigin | undefined {
  if (handle instanceof Server) return serverOrigin(handle.address());
  if (handle instanceof Socket) return socketOrigin(handle);
  if (handle instanceof ChildProcess)
    return { kind: 'ProcessWrap', name: `${nameOfFile(handle.spawnfile)} (pid ${handle.pid ?? 'none'})` };
  if (handle instanceof Worker) return { kind: 'MessagePort', name: `thread ${handle.threadId}` };
  return undefined;
}

function serverOrigin(address: ReturnType<Server['address']>): HandleOrigin | undefined {
  if (address === null) return undefined;
  if (typeof address === 'string') return { kind: 'PipeWrap', name: address };
  return { kind: 'TCPServerWrap', name: joined(address.address, address.port) };
}

/** A client by its address and the port that it came to, because its own port says nothing; a peer that was connected to by both. */
function socketOrigin(socket: Socket): HandleOrigin | undefined {
  const { remoteAddress, remotePort, localPort, connecting } = socket;
  if (connecting) return { kind: 'TCPSocketWrap', name: 'still connecting' };
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  // Set by Node on sockets that a server has accepted.
  const isAccepted = (Reflect.get(socket, 'server') ?? undefined) !== undefined;
  const name = isAccepted ? `from ${remoteAddress} to port ${localPort ?? 0}` : joined(remoteAddress, remotePort);
  return { kind: 'TCPSocketWrap', name };
}

function joined(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Not its arguments, which may have passwords. */
function nameOfFile(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
