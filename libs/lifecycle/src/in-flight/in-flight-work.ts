import { callForeign } from '../errors/foreign-call.js';
import { nameText } from '../errors/safe-text.js';

/** What kind of work is in flight: an unfinished HTTP response, a running handler, an RPC message, a background task. */
export type WorkKind = 'response' | 'handler' | 'message' | 'task';

/** One piece of work somebody may have to wait for. Its name is put together only when somebody asks. */
export interface Work {
  readonly kind: WorkKind;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  describe(): WorkName;
  /** The raw response it is about, so that a request's handler and its response are shown as one. */
  readonly answer?: object;
  /** What calls of its handler are called in a stack ({@link methodFrames}), to know who asks for the end of the service. */
  frame?(): string | undefined;
}

/** What a piece of work is called. */
export interface WorkName {
  /** `GET /orders/:id`, a message pattern, a task's label. Never a query or a body. */
  readonly name: string;
  /** Of an HTTP request. */
  readonly method?: string;
  /** The pattern an HTTP request was matched to. */
  readonly route?: string;
  /** What an HTTP request is known by elsewhere, when it has such an id. */
  readonly correlationId?: string;
  /** Whether an HTTP request is meant to take long: an event stream, or marked with `@LongLived()`. */
  readonly isLongLived?: true;
}

/** One piece of work in flight, as shown to people. */
export interface InFlightItem extends WorkName {
  readonly kind: WorkKind;
  readonly ageMs: number;
}

/** What is in flight right now. */
export interface InFlight {
  /** 0 means nothing has to be waited for. A request whose handler runs counts once. */
  readonly total: number;
  /** Unfinished HTTP responses, from the first byte of their request to the last of their own. */
  readonly responses: number;
  /**
   * Handlers that run, each until its promise has settled or its observable has completed, whether or not its client is
   * still there. One that has returned and whose answer is still being sent, by Nest or by hand (`@Res()`), runs no
   * more: that is a response in flight. The resolvers of one GraphQL request count one each.
   */
  readonly handlers: number;
  readonly messages: number;
  readonly tasks: number;
  /** The oldest first. */
  readonly items: readonly InFlightItem[];
}

/** A source of work that keeps its own count, because counting must cost next to nothing. */
export interface WorkSource {
  readonly size: number;
  /** How many pieces have ended so far; 0 for a source that counts what another one counts too. */
  readonly ended: number;
  active(): Iterable<Work>;
}

/** Everything in flight, of all kinds. Waiting for it to end is event-driven. */
export class InFlightWork {
  readonly #sources: WorkSource[] = [];
  #waiting: (() => void)[] = [];

  /** Adds a source that calls {@link settled} whenever its size has gone down to 0. */
  addSource(source: WorkSource): void {
    this.#sources.push(source);
  }

  get total(): number {
    let total = 0;
    for (const source of this.#sources) total += source.size;
    return total;
  }

  /** How many pieces of work have ended so far. */
  get ended(): number {
    return this.#sources.reduce((sum, source) => sum + source.ended, 0);
  }

  /** Called by a source whose last piece of work has ended. */
  readonly settled = (): void => {
    if (this.#waiting.length === 0 || this.total > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  };

  /** Resolves once nothing is in flight; at once when nothing is. */
  whenIdle(): Promise<void> {
    if (this.total === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Every piece of work, the oldest first. */
  active(): Work[] {
    return this.#sources.flatMap((source) => [...source.active()]).toSorted((a, b) => a.startedAt - b.startedAt);
  }

  /** How many pieces of work there are, without a name for any. */
  get count(): number {
    return withoutAnswered(this.active()).length;
  }

  /** What is in flight, with names and ages as of `now` (monotonic milliseconds). */
  snapshot(now: number): InFlight {
    const active = this.active();
    const count = (kind: WorkKind): number => active.filter((work) => work.kind === kind).length;
    const items = withoutAnswered(active).map((work) => toItem(work, now));
    return {
      total: items.length,
      responses: count('response'),
      handlers: count('handler'),
      messages: count('message'),
      tasks: count('task'),
      items,
    };
  }
}

/** One piece of work, with its name and its age as of `now` (monotonic milliseconds). */
export function toItem(work: Work, now: number): InFlightItem {
  const name = callForeign({ name: 'naming work', fallback: UNNAMED, onError: toldElsewhere }, () => work.describe());
  return {
    kind: work.kind,
    ...name,
    name: nameText(name.name),
    ageMs: Math.max(0, Math.round(now - work.startedAt)),
  };
}

/** Names are asked of requests and messages of others. That one fails is no news: the work is shown all the same. */
const UNNAMED: WorkName = { name: 'work whose name cannot be read' };
const toldElsewhere = (): void => undefined;

/** What a piece of work is called in a line of text: its name, and the id it is known by elsewhere. */
export function titleOf({ name, correlationId }: WorkName): string {
  return correlationId === undefined ? name : `${name} (${correlationId})`;
}

/** Leaves out handlers whose response is there too, or another handler of the same request: one request is one item. */
export function withoutAnswered(works: readonly Work[]): Work[] {
  const answers = new Set(works.filter(({ kind }) => kind === 'response').map(({ answer }) => answer));
  return works.filter(({ kind, answer }) => {
    if (kind !== 'handler' || answer === undefined) return true;
    if (answers.has(answer)) return false;
    answers.add(answer);
    return true;
  });
}

/** A source for work that is added and removed one by one. */
export class WorkSet implements WorkSource {
  readonly #active = new Set<Work>();
  #waiting: (() => void)[] = [];
  ended = 0;

  constructor(private readonly onIdle: () => void) {}

  get size(): number {
    return this.#active.size;
  }

  active(): Iterable<Work> {
    return this.#active;
  }

  add(work: Work): void {
    this.#active.add(work);
  }

  /** Resolves when the next piece of work is removed. */
  whenRemoved(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Removing twice counts once. */
  remove(work: Work): void {
    if (!this.#active.delete(work)) return;
    this.ended += 1;
    if (this.#waiting.length > 0) for (const resolve of this.#waiting.splice(0)) resolve();
    if (this.#active.size === 0) this.onIdle();
  }
}
