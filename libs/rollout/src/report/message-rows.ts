import { type MessageFate } from '../ledger/message-record.js';
import { type Fault, type MessageVerdict, type Rehearsal, type TroubledMessage } from '../verdict/verdict.js';
import { count, time } from '../verdict/wording.js';
import { grouped } from './grouped.js';

/** Each fate in words, the gravest first. */
export const FATE_WORDS: Readonly<Record<MessageFate, string>> = {
  lost: 'lost',
  failed: 'failed for good',
  'handled-twice': 'handled twice',
  'not-acknowledged': 'done, not acknowledged',
  cut: 'cut in hand, delivered again',
  elsewhere: 'taken by another consumer',
  unseen: 'given away, unseen',
  unfinished: 'in hand at the end',
  left: 'left in the queue',
  handled: 'handled once',
};

const GRAVE: ReadonlySet<MessageFate> = new Set<MessageFate>(['lost', 'failed', 'elsewhere']);
const REPEATED: ReadonlySet<MessageFate> = new Set<MessageFate>(['handled-twice', 'not-acknowledged', 'cut']);

/** What is counted of messages. */
type Counted = Pick<MessageVerdict, 'byFate' | 'sent' | 'noun'>;

/** How many are not in the queue any more and were not handled. */
export function lostOf({ byFate }: Counted): number {
  return sumOf(byFate, GRAVE);
}

/** How many were, or may be, worked on more than once. */
export function repeatedOf({ byFate }: Counted): number {
  return sumOf(byFate, REPEATED);
}

function sumOf(byFate: MessageVerdict['byFate'], fates: ReadonlySet<MessageFate>): number {
  return Object.entries(byFate).reduce((sum, [fate, number]) => sum + (has(fates, fate) ? number : 0), 0);
}

function has(fates: ReadonlySet<string>, fate: string): boolean {
  return fates.has(fate);
}

/** `1,200 messages`. */
export function sentOf({ sent, noun }: Counted): string {
  return `${grouped(sent)} ${noun}${sent === 1 ? '' : 's'}`;
}

/** What happened to messages in a sentence; `undefined` where each was handled at most once. */
export function messageHeadline(messages: Counted): string | undefined {
  const lost = lostOf(messages);
  const repeated = repeatedOf(messages);
  const again = repeated === 0 ? '' : `, ${grouped(repeated)} worked on again`;
  if (lost > 0) return `${grouped(lost)} of ${sentOf(messages)} lost${again}`;
  return repeated === 0 ? undefined : `${grouped(repeated)} of ${sentOf(messages)} worked on again, none lost`;
}

/** A fate, and how many have it. */
export interface FateRow {
  readonly fate: MessageFate;
  readonly words: string;
  readonly number: number;
  readonly isBad: boolean;
}

/** The fates that there were, the gravest first. */
export function fateRows({ byFate }: MessageVerdict): FateRow[] {
  // The names are those of the words.
  const fates = Object.keys(FATE_WORDS) as MessageFate[];
  return fates
    .map((fate) => ({
      fate,
      words: FATE_WORDS[fate],
      number: byFate[fate],
      isBad: GRAVE.has(fate) || REPEATED.has(fate),
    }))
    .filter(({ number }) => number > 0);
}

/** What tells that one was handled, in words. */
export function proofWords({ proof, broker }: MessageVerdict): string {
  if (proof === 'line') return 'known by a line of the log';
  if (proof === 'reply') return 'known by its answer';
  if (broker === 'kafka') return 'known by the commit of its offset';
  return broker === 'bullmq' ? 'known by its completion' : 'known by its acknowledgement';
}

/** What a message has met, as cells of a table. */
export function troubleCells({ id, fate, at, pod, phase, sinceSignalMs, cause, detail }: TroubledMessage): string[] {
  return [
    String(id),
    FATE_WORDS[fate],
    time(at),
    pod ?? '–',
    phase ?? '–',
    sinceSignalMs === undefined ? '–' : time(sinceSignalMs),
    cause,
    (detail ?? '').slice(0, 200),
  ];
}

/** The heads of these cells. */
export const TROUBLE_HEADS = ['Number', 'Fate', 'At', 'Pod', 'Phase', 'After SIGTERM', 'Cause', 'Detail'] as const;

/** Every message in a line of JSON, with its fate where it was not handled exactly once. */
export function messageLines({ messages, verdict }: Rehearsal, run: string): string[] {
  const troubles = new Map(verdict.messages?.troubled.map((trouble) => [trouble.id, trouble]));
  return (messages?.records ?? []).map((record) => {
    const { fate, cause, pod, phase, sinceSignalMs } = troubles.get(record.id) ?? {};
    const trouble = fate === undefined ? {} : { fate, cause, pod, phase, sinceSignalMs };
    const line = { run, [verdict.messages?.noun ?? 'message']: record.id, ...record, ...trouble };
    return `${JSON.stringify(line, (_key, value: unknown) => (value === undefined ? null : value))}\n`;
  });
}

/** `3 messages`, or `3 jobs`, that a fault explains. */
export function explainedOf({ messages = 0, noun }: Pick<Fault, 'messages' | 'noun'>): string {
  return messages === 0 ? '' : `, ${count(messages, noun ?? 'message')}`;
}
