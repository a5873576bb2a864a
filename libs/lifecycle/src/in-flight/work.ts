import { callForeign } from '../errors/foreign-call.js';
import { nameText } from '../errors/safe-text.js';

/**
 * What kind of work is in flight: an unfinished HTTP response, a running handler, a message, a background task. Sources of
 * the application name kinds of their own.
 */
export type WorkKind = 'response' | 'handler' | 'message' | 'task' | (string & {});

/** One piece of work in flight. What it is called is put together only when that is asked for. */
export interface Work {
  readonly kind: WorkKind;
  /** Milliseconds of `performance.now()`. */
  readonly startedAt: number;
  describe(): WorkName;
  /** The raw response it is about, so that a request's handler and its response are shown as one. */
  readonly answer?: object;
  /** What calls of its handler are called in a stack, to know what asks for the end of the service. */
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
  /** What the work is known by elsewhere, when it has such an id. */
  readonly correlationId?: string;
  /** Whether an HTTP request is meant to take long: an event stream, or marked with `@LongLived()`. */
  readonly isLongLived?: true;
}

/** One piece of work in flight, as shown to people. */
export interface InFlightItem extends WorkName {
  readonly kind: WorkKind;
  readonly ageMs: number;
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
