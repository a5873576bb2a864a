import { readdirSync, readlinkSync } from 'node:fs';
import { readProc } from './proc-file.js';

/** `TCP_LISTEN`, as /proc/net/tcp writes it. */
const LISTEN = '0A';

/** The TCP ports that these processes listen on, by proc(5); none where the machine does not show it. */
export function listeningPorts(pids: readonly number[]): readonly number[] {
  const [first] = pids;
  if (first === undefined) return [];
  const own = new Set(pids.flatMap((pid) => socketsOf(pid)));
  const lines = ['tcp', 'tcp6'].flatMap((table) => readProc(`${first}/net/${table}`).split('\n').slice(1));
  const ports = lines.flatMap((line) => {
    const [, address = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    return state === LISTEN && own.has(inode) ? [Number.parseInt(address.split(':').at(-1) ?? '', 16)] : [];
  });
  return [...new Set(ports)].toSorted((a, b) => a - b);
}

/** The inodes of its sockets. */
function socketsOf(pid: number): string[] {
  return attempt(() => readdirSync(`/proc/${pid}/fd`), []).flatMap((fd) => {
    const target = attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`), '');
    return /^socket:\[(\d+)\]$/.exec(target)?.slice(1) ?? [];
  });
}

/** No /proc here, or the process has ended in the meantime: nothing is known. */
function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
