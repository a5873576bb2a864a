import { type UnseenKind } from '../options/unseen-kinds.js';

/** Work that the service does, and that the library cannot see. */
export interface Unseen {
  readonly kind: UnseenKind;
  /** Its name, as the subject of a sentence in the plural: `scheduled jobs (Cleaner.sweep)`. */
  readonly what: string;
  /** What to type so that it can be seen, as a sentence. */
  readonly remedy: string;
  /** Whether only the end of the process can cut it, because the work itself calls `app.close()`. */
  readonly endsWithProcess?: boolean;
}

/**
 * The list of work that cannot be seen. Any part may add to it, at boot or later. Entries that the user has not
 * accepted make a clean outcome `unverified`.
 */
export class UnseenWork {
  readonly #found = new Map<string, Unseen>();
  readonly #rules: ((found: readonly Unseen[]) => Unseen | undefined)[] = [];

  constructor(private readonly accepted: readonly UnseenKind[]) {}

  /** Adds such work. The same work counts once. */
  add(unseen: Unseen): void {
    this.#found.set(`${unseen.kind} ${unseen.what}`, unseen);
  }

  /** Calls `rule` at the end of a shutdown, with what was found elsewhere. For work that can only be known then. */
  addRule(rule: (found: readonly Unseen[]) => Unseen | undefined): void {
    this.#rules.push(rule);
  }

  /** One sentence for each kind of work that the user has not accepted, with what to type. */
  sentences({ endsProcess }: { readonly endsProcess: boolean }): string[] {
    const found = [...this.#found.values()];
    const all = [...found, ...this.#rules.flatMap((rule) => rule(found) ?? [])];
    return all
      .filter(({ kind }) => !this.accepted.includes(kind))
      .filter(({ endsWithProcess = false }) => endsProcess || !endsWithProcess)
      .map(({ kind, what, remedy }) => `${what} cannot be seen. ${remedy} Or accept it: acceptUnseen: ['${kind}'].`);
  }
}

/** The parts of an application that the rule reads. */
interface Application {
  readonly startUp: {
    readonly isComplete: boolean;
    /** Whether it serves HTTP or messages. */
    readonly needsListener: boolean;
  };
  readonly tasks: { readonly isUsed: boolean };
  /** Sources of work that the application has added. */
  readonly added: { readonly isUsed: boolean };
  /** Child processes and threads. */
  readonly followed: { readonly isUsed: boolean };
  readonly hooks: { readonly isWaitingForWork: boolean };
  /** Packages whose work is followed: jobs, schedules, commands. */
  readonly integrations: { readonly takeWorkIn: boolean };
}

/**
 * An application without a server runs its own code: a command, a loop, a consumer. If it has never tracked its work,
 * and has no hook of the lame duck or the drain that stops it, it is unknown whether the work was cut.
 *
 * @param variable what its code calls the object that tracks work
 */
export function scriptRule(
  application: Application,
  variable = 'shutdown',
): (found: readonly Unseen[]) => Unseen | undefined {
  return (found) => {
    const { startUp, tasks, added, followed, hooks, integrations } = application;
    if (found.length > 0 || startUp.needsListener || hooks.isWaitingForWork) return undefined;
    if (tasks.isUsed || added.isUsed || followed.isUsed || integrations.takeWorkIn) return undefined;
    return startUp.isComplete ? script(variable) : undefined;
  };
}

function script(variable: string): Unseen {
  return {
    kind: 'script',
    what: 'the work of an application without a server (a command, a loop, a consumer)',
    remedy: `Type await ${variable}.track('import', () => work()), or a hook of phase 'draining' that waits for it.`,
    // It calls app.close() itself when its work is over.
    endsWithProcess: true,
  };
}
