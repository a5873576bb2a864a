import { type LifecycleEvent } from '../events/lifecycle-event.js';

/** Hooks that are remembered; a service has fewer. */
const MOST_HOOKS = 500;

/** A hook that was called. */
export interface HookRow {
  readonly name: string;
  /** `closing 80`; what it closes. */
  readonly place: string;
  readonly state: 'running' | 'done' | 'failed' | 'timed-out';
  /** `undefined` while it runs. */
  readonly durationMs?: number;
}

/** Remembers the hooks of a shutdown that were called, also before a browser connects. */
export class HookRows {
  #rows: HookRow[] = [];
  #more = 0;

  readonly read = (most: number, shown: (name: string) => string): { rows: HookRow[]; more: number } => {
    // What runs, and what went wrong, is never among those that are only counted.
    const rank = ({ state }: HookRow): number => (state === 'done' ? 1 : 0);
    const chosen = new Set(this.#rows.toSorted((a, b) => rank(a) - rank(b)).slice(0, most));
    const rows = this.#rows.filter((row) => chosen.has(row));
    return {
      rows: rows.map((row) => Object.assign({}, row, { name: shown(row.name) })),
      more: this.#more + this.#rows.length - rows.length,
    };
  };

  /** Reads an event, and says whether there is something new to show. */
  note(event: LifecycleEvent): boolean {
    if (event.type === 'hook-started') {
      this.#add({ name: event.name, place: `${event.phase} ${event.priority}`, state: 'running' });
      return true;
    }
    if (event.type === 'hook-settled') {
      const { name, phase, priority, result, durationMs } = event;
      const place = `${phase} ${priority}`;
      this.#settle({ name, place, state: result, durationMs: Math.round(durationMs) });
      return true;
    }
    if (event.type !== 'nest-hook-settled') return false;
    const { name, result, durationMs } = event;
    this.#add({ name, place: 'of Nest', state: result, durationMs: Math.round(durationMs) });
    return true;
  }

  #settle(row: HookRow): void {
    const at = this.#rows.findIndex(
      ({ name, place, state }) => state === 'running' && name === row.name && place === row.place,
    );
    if (at === -1) this.#add(row);
    else this.#rows[at] = row;
  }

  #add(row: HookRow): void {
    if (this.#rows.length < MOST_HOOKS) this.#rows.push(row);
    else this.#more += 1;
  }
}
