import { type WorkSource } from './work-source.js';

/** What it has in flight, where each piece is to count for one source. */
export function sizeOf({ alone, size }: { readonly alone?: number; readonly size: number }): number {
  return alone ?? size;
}

/** Whether it takes work in by itself, and has a choice when to stop. */
export function isPulling<Time>(source: WorkSource<Time>): boolean {
  const { intake = 'lame-duck', isAwaited = true } = source;
  return source.stopIntake !== undefined && isAwaited && (intake === 'lame-duck' || intake === 'drain');
}

/** Whether its cut work is named by the drain. */
export function isNamedByDrain<Time>({ isAwaited = true, namesItsCuts = false }: WorkSource<Time>): boolean {
  return isAwaited && !namesItsCuts;
}
