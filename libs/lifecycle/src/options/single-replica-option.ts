import { parseDuration, parseEnvironmentDuration } from '../deadline/duration.js';
import { INVALID } from './flaws.js';
import { type OptionField } from './option-field.js';

/** Whether a service goes on until its successor is there: how long that takes at least, in milliseconds; `false`: it does not. */
export type SingleReplica = number | false;

/** `true` says nothing of how long a start takes. */
function parseSingleReplica(value: unknown): SingleReplica | typeof INVALID {
  if (typeof value === 'boolean') return value ? 0 : false;
  return parseDuration(value) || INVALID;
}

/** `true`, `false`, or `20s`. `1` and `0` are yes and no, as in every other variable. */
function parseSingleReplicaVariable(text: string): SingleReplica | typeof INVALID {
  const word = text.trim().toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(word)) return 0;
  if (['false', '0', 'no', 'off'].includes(word)) return false;
  return parseEnvironmentDuration(text) || INVALID;
}

/** The option, for the list of all of them. */
export const SINGLE_REPLICA = {
  variable: 'SHUTDOWN_SINGLE_REPLICA',
  allowedInVariable: 'true, false, or how long a new pod takes to be ready, such as 20s',
  allowed: "true, false, or how long a new pod takes to be ready, such as '20s', 24 h at most",
  example: 'true',
  fallback: 'false',
  purpose: 'for a service of one pod: stays ready and serves on until the new pod gets the requests',
  parse: parseSingleReplica,
  parseVariable: parseSingleReplicaVariable,
} satisfies OptionField<SingleReplica>;
