import { isObject } from '../errors/foreign-value.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { textOf } from '../errors/safe-text.js';

/**
 * Nothing, if what a check has returned is up: nothing, `true`, a status, or statuses by their names, as Terminus has them.
 *
 * @throws LifecycleError `HEALTH_CHECK_FAILED` when it is down or no result; and what getters of it throw
 */
export function expectUp(result: unknown): void {
  if (result === undefined || result === true) return;
  if (result === false) throw failed('its check returned false');
  const statuses = isObject(result) ? statusesIn(result) : [];
  if (statuses.length === 0) {
    const what = result === null ? 'null' : `a value of type ${typeof result}`;
    throw failed(`its check returned ${what}, which is no result: return nothing, true, false or { status: 'up' }`);
  }
  const down = statuses.find(({ status }) => status !== 'up');
  if (down === undefined) return;
  const message = down['message'] === undefined ? '' : `: ${textOf(down['message'])}`;
  throw failed(`it is down${message}`);
}

/** Those that a result has; none where one of its fields is no status. */
function statusesIn(result: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>[] {
  if (isStatus(result)) return [result];
  const values = Object.values(result);
  return values.every(isStatus) ? values : [];
}

function isStatus(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && (value['status'] === 'up' || value['status'] === 'down');
}

function failed(message: string): LifecycleError {
  return new LifecycleError('HEALTH_CHECK_FAILED', message);
}
