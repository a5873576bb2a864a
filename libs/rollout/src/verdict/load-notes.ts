import { type RequestRecord } from '../ledger/request-record.js';
import { type Inquiry } from './inquiry.js';
import { count } from './wording.js';

/** More sentences of one sort than this are too many to read. */
const MOST_NOTES = 5;

/**
 * Kinds of requests that got nothing but answers of 4xx, where these are not declared as expected: they count as answered, for a
 * service that refuses a request has not lost it, but a load of them shows little of what a service does.
 */
export function loadNotes({ records, scenario }: Inquiry): string[] {
  const expected = new Set(scenario.load.kinds.flatMap(({ name, expect }) => (expect === undefined ? [] : [name])));
  const useless = [...answersByKind(records)].filter(
    ([kind, statuses]) => !expected.has(kind) && statuses.every((status) => status >= 400),
  );
  const rest = useless.slice(MOST_NOTES);
  return [
    ...useless.slice(0, MOST_NOTES).map(([kind, statuses]) => noteOf(kind, statuses)),
    ...(rest.length > 0 ? [`The same is true of ${count(rest.length, 'other kind')} of requests.`] : []),
  ];
}

function answersByKind(records: readonly RequestRecord[]): Map<string, number[]> {
  const kinds = new Map<string, number[]>();
  for (const { kind, fate, status, caller } of records) {
    // What services ask of each other is no load that could be written in another way.
    if (fate !== 'answered' || status === undefined || caller !== undefined) continue;
    const statuses = kinds.get(kind);
    if (statuses === undefined) kinds.set(kind, [status]);
    else statuses.push(status);
  }
  return kinds;
}

function noteOf(kind: string, statuses: readonly number[]): string {
  const different = [...new Set(statuses)].toSorted((a, b) => a - b);
  const all = statuses.length === 1 ? 'The only answer' : `All ${statuses.length} answers`;
  const was = statuses.length === 1 ? 'was' : 'were';
  return `${all} of ${kind} ${was} ${different.join(' or ')}: ${adviceFor(different)}, or say in a load file that you expect ${different.length === 1 ? 'it' : 'them'} (expect: [${different.join(', ')}]).`;
}

function adviceFor(statuses: readonly number[]): string {
  if (statuses.every((status) => status === 401 || status === 403)) return 'send what lets the request in';
  return statuses.includes(404) ? 'write a path that the service has' : 'write a request that the service accepts';
}
