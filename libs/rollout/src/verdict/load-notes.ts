import { type RequestRecord, statusShown } from '../ledger/request-record.js';
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
    ([kind, answers]) => !expected.has(kind) && answers.every(({ status = 0 }) => status >= 400),
  );
  const rest = useless.slice(MOST_NOTES);
  return [
    ...useless.slice(0, MOST_NOTES).map(([kind, answers]) => noteOf(kind, answers)),
    ...(rest.length > 0 ? [`The same is true of ${count(rest.length, 'other kind')} of requests.`] : []),
  ];
}

function answersByKind(records: readonly RequestRecord[]): Map<string, RequestRecord[]> {
  const kinds = new Map<string, RequestRecord[]>();
  for (const record of records) {
    const { kind, fate, status, caller } = record;
    // What services ask of each other is no load that could be written in another way.
    if (fate !== 'answered' || status === undefined || caller !== undefined) continue;
    const answers = kinds.get(kind);
    if (answers === undefined) kinds.set(kind, [record]);
    else answers.push(record);
  }
  return kinds;
}

function noteOf(kind: string, answers: readonly RequestRecord[]): string {
  const different = [...new Set(answers.map((record) => statusShown(record) ?? ''))].toSorted();
  const all = answers.length === 1 ? 'The only answer' : `All ${answers.length} answers`;
  const was = answers.length === 1 ? 'was' : 'were';
  return `${all} of ${kind} ${was} ${different.join(' or ')}: ${adviceFor(answers)}, or say in a load file that you expect ${different.length === 1 ? 'it' : 'them'} (expect: [${different.join(', ')}]).`;
}

function adviceFor(answers: readonly RequestRecord[]): string {
  if (answers.every(({ status }) => status === 401 || status === 403)) return 'send what lets the request in';
  const isNoPath = answers.some(({ status, grpcStatus }) => status === 404 && grpcStatus === undefined);
  return isNoPath ? 'write a path that the service has' : 'write a request that the service accepts';
}
