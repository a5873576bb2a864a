import { readProc } from './proc-file.js';

/** What processes do at this moment, and how much they have computed so far, in ticks of the kernel. */
export interface Activity {
  readonly isAsleep: boolean;
  readonly ticks: number;
}

/** By proc(5); a process that waits for a processor is not asleep. */
export function activityOf(pids: readonly number[]): Activity {
  const all = pids.map((pid) => {
    const stat = readProc(`${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', ticks: Number(fields[11] ?? 0) + Number(fields[12] ?? 0) };
  });
  return {
    isAsleep: all.every(({ state }) => state === 'S'),
    ticks: all.reduce((sum, { ticks }) => sum + ticks, 0),
  };
}
