import { hideSecrets, HIDDEN, isSecretName, secretsOfProcess } from './hide-secrets.js';
import { describeError } from './lifecycle-error.js';
import { textOf } from './safe-text.js';

/** How much of a value is looked at: what is larger was not meant for a page. */
const MOST_ENTRIES = 100;
const MOST_VALUES = 5000;
const DEEPEST = 8;

interface Walk {
  readonly known: readonly string[];
  left: number;
}

/**
 * A copy of a value as plain data without secrets: texts as by {@link hideSecrets}, and whatever a field with the name of a secret
 * has. Large and deep values are cut.
 *
 * @throws what getters of the value throw
 */
export function hideSecretsIn(value: unknown): unknown {
  return shownValue(value, { known: secretsOfProcess(), left: MOST_VALUES }, { depth: 0, isSecret: false });
}

interface Place {
  readonly depth: number;
  /** Whether it stands in a field with the name of a secret. */
  readonly isSecret: boolean;
}

function shownValue(value: unknown, walk: Walk, place: Place): unknown {
  walk.left -= 1;
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (typeof value === 'object') return shownObject(value, walk, place);
  if (place.isSecret) return HIDDEN;
  return typeof value === 'number' ? value : hideSecrets(textOf(value), walk.known);
}

function shownObject(value: object, walk: Walk, { depth, isSecret }: Place): unknown {
  if (depth >= DEEPEST || walk.left <= 0) return '…';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Error) return hideSecrets(describeError(value), walk.known);
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  const below = depth + 1;
  if (Array.isArray(value)) {
    return value.slice(0, MOST_ENTRIES).map((item) => shownValue(item, walk, { depth: below, isSecret }));
  }
  const entries = Object.entries(value).slice(0, MOST_ENTRIES);
  const shown = entries.map(([name, item]) => [
    hideSecrets(name, walk.known),
    shownValue(item, walk, { depth: below, isSecret: isSecretName(name) }),
  ]);
  return Object.fromEntries(shown);
}
