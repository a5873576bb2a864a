import { callForeign } from '../errors/foreign-call.js';
import { nameText } from '../errors/safe-text.js';
import { type InFlightItem, type WorkKind, type WorkName } from '../report/in-flight-item.js';

export type { InFlightItem, WorkKind, WorkName };

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

export function oldestFirst(works: readonly Work[]): Work[] {
  return works.toSorted((a, b) => a.startedAt - b.startedAt);
}
