/** What the ledger counts. */
export const KINDS = [
  'requests',
  'uploads',
  'sign-ins',
  'orders',
  'payments',
  'messages',
  'jobs',
  'edits',
  'sockets',
  'event streams',
  'instances',
] as const;

/** One of {@link KINDS}. */
export type Kind = (typeof KINDS)[number];

/** Something that was lost, or is there by half. */
export interface Loss {
  readonly kind: Kind;
  readonly what: string;
  /** ISO 8601. */
  readonly at: string;
}

/** How much of a kind there was. */
export interface Count {
  readonly begun: number;
  readonly done: number;
  readonly lost: number;
}

/** Losses beyond these are counted, and not kept. */
const MOST_KEPT = 500;

/** One ledger for everything: what was begun, what came to its end, and what was lost. */
export class Ledger {
  /** The first losses. */
  readonly losses: Loss[] = [];
  private readonly counts = new Map<Kind, { begun: number; done: number; lost: number }>(
    KINDS.map((kind) => [kind, { begun: 0, done: 0, lost: 0 }]),
  );

  /** Runs one piece of what is counted: it is done when the work resolves, and lost when it rejects. */
  async count<T>(kind: Kind, what: string, work: () => Promise<T>): Promise<T> {
    this.begin(kind);
    try {
      const result = await work();
      this.done(kind);
      return result;
    } catch (error) {
      this.lost(kind, `${what}: ${reasonOf(error)}`);
      throw error;
    }
  }

  begin(kind: Kind, pieces = 1): void {
    this.countOf(kind).begun += pieces;
  }

  done(kind: Kind, pieces = 1): void {
    this.countOf(kind).done += pieces;
  }

  lost(kind: Kind, what: string): void {
    this.countOf(kind).lost += 1;
    if (this.losses.length < MOST_KEPT) this.losses.push({ kind, what, at: new Date().toISOString() });
  }

  /** The counts by kind. */
  get totals(): Readonly<Record<string, Count>> {
    return Object.fromEntries(this.counts);
  }

  /** Whether all that was begun is done, and nothing is lost. */
  get isClean(): boolean {
    return [...this.counts.values()].every(({ begun, done, lost }) => lost === 0 && done === begun);
  }

  private countOf(kind: Kind): { begun: number; done: number; lost: number } {
    const count = this.counts.get(kind);
    if (!count) throw new Error(`the ledger does not count ${kind}`);
    return count;
  }
}

/** Why something failed, with its causes: those of connections say what happened. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? ` (${String(error.code)})` : '';
  const cause = error.cause === undefined ? '' : `, because of ${reasonOf(error.cause)}`;
  return `${error.message || error.name}${code}${cause}`;
}
