import { type TimeLeft } from '../in-flight/work-source.js';
import { type ResourceType } from './resource-type.js';

/** A resource of a known kind. Everything may throw: it is called on a foreign object. */
export interface Closable {
  /** Whether it is closed, was never opened, or other code is closing it. */
  isClosed(): boolean;
  /** Closes it when what it works on has ended. Resolves when it is closed. */
  close(time: TimeLeft): unknown;
  /**
   * The time is up: work that is cut now, or may be, as the subject of a sentence in the plural: `queries of 2 clients …`; `undefined`
   * where there is none.
   */
  unfinished(): string | undefined;
  /** The time is up: lets go of what keeps it open. */
  force(): unknown;
  /** Of what guards calls, such as a circuit breaker: lets new ones fail at once. Returns the undo; nothing for all others. */
  refuse(): (() => void) | undefined;
  /**
   * Of what is written to until the process ends: `close` has sent what there was, and this comes after the last line. Left out
   * where `close` is the end.
   */
  readonly end: ((time: TimeLeft) => unknown) | undefined;
  /** From when it is found, of kinds that do not show what they work on: notes that from its calls. Returns the undo. */
  follow(): () => void;
  /** How it was configured, as far as it shows that. */
  configuration(): ClientConfiguration;
  /** From the signal on, of kinds that do not show whether they are closed: notes who closes it. Returns the undo. */
  watch(): () => void;
}

/** How a client was configured. */
export interface ClientConfiguration {
  /** Hosts and addresses that it connects to; they may have a password in them. */
  readonly addresses: readonly string[];
  /** The option by which it changes the tables of its database, as one types it: `synchronize: true`. */
  readonly changesSchema?: string | undefined;
}

/** A kind of resource: how it is known, and how it is closed. */
export interface ResourceKind {
  /** What plans and the report call it: `pg Pool`. */
  readonly title: string;
  readonly type: ResourceType;
  /** How long closing it may take, in milliseconds, within what is left of the budget. */
  readonly timeoutMs: number;
  /**
   * The closable side of a provider of this kind; `undefined` for every other value. Known by its methods and fields: the package is
   * not imported, since an application may hold another copy of it, and minifiers rename classes. Must run no code of the value.
   */
  recognise(value: object): Closable | undefined;
}
