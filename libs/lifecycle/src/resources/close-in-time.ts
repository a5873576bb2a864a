import { type Deadline } from '../deadline/deadline.js';
import { formatDuration } from '../deadline/duration.js';
import { type Guard } from '../errors/foreign-call.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type UnseenWork } from '../unseen/unseen-work.js';
import { type Resource } from './resource.js';
import { type ResourceResult } from './resource-state.js';

interface ClosingParts {
  readonly guard: Guard;
  readonly unseen: UnseenWork;
}

/** What became of a resource. */
export interface Settlement {
  readonly result: ResourceResult;
  /** Of `forced` and `failed`. */
  readonly error?: unknown;
}

/** What to type where work was cut with a resource. */
export const GIVE_BACK = 'Give back in a finally block what was taken.';
/** The same, where nothing was taken. */
export const WAIT = "Wait for its end in a hook, such as a method with @OnGracefulShutdown({ timeout: '5s' }).";

/** Closes a resource of a known kind: orderly within its time, by force when that is up. Never rejects. */
export async function closeInTime(resource: Resource, share: Deadline, parts: ClosingParts): Promise<Settlement> {
  const { kind, closable, name } = resource;
  const limit = share.within(kind.timeoutMs);
  const cancel = new AbortController();
  const { remainingMs } = limit;
  const work = (async (): Promise<unknown> => closable.close({ remainingMs, signal: cancel.signal }))();
  const settled = await limit.settle(work);
  if (settled.how === 'done') return { result: closable.end === undefined ? 'closed' : 'flushed' };
  if (settled.how === 'failed') return { result: 'failed', error: settled.error };
  const error = new LifecycleError(
    'RESOURCE_TIMED_OUT',
    `${name} did not close within ${formatDuration(remainingMs)}.`,
  );
  cancel.abort(error);
  force(resource, parts);
  return { result: 'forced', error };
}

function force({ type, closable, name }: Resource, { guard, unseen }: ClosingParts): void {
  const cut = guard(`what ${name} still does`, undefined, () => closable.unfinished());
  // A log is still to get the last line.
  if (closable.end === undefined) guard(`closing ${name} by force`, undefined, () => closable.force());
  if (cut !== undefined) unseen.add({ kind: 'resources', what: cut, remedy: type === 'database' ? GIVE_BACK : WAIT });
}

/** Whether a resource is closed, or other code is closing it. */
export function isClosed({ closable, name }: Resource, guard: Guard): boolean {
  return guard(`whether ${name} is closed`, false, () => closable.isClosed());
}
