import { BALANCER_HEADER } from '../network/balancer-answer.js';
import { type Fate } from '../ledger/request-record.js';
import { type RequestKind } from './load-plan.js';

/** A whole answer, as far as its fate depends on it. */
export interface Answer {
  readonly status: number;
  /** The value of the header by which a balancer says that the answer is its own. */
  readonly balancerReason: string | undefined;
  /** Its body, as far as it was kept. */
  readonly body: { readonly text: string; readonly problem: string | undefined };
}

const FATES_OF_BALANCER: Readonly<Record<string, Fate>> = {
  refused: 'refused',
  // There was no endpoint, so no pod took it.
  'no-endpoints': 'refused',
  reset: 'reset',
  'black-hole': 'black-hole',
};

/** What a whole answer means: a balancer's own one says what happened behind it. */
export function fateOfAnswer(kind: RequestKind, answer: Answer): { readonly fate: Fate; readonly detail?: string } {
  const { status, balancerReason, body } = answer;
  if (balancerReason !== undefined) {
    return { fate: FATES_OF_BALANCER[balancerReason] ?? 'server-error', detail: `balancer: ${body.text}` };
  }
  if (!isExpected(kind, status)) return { fate: 'server-error', detail: body.text };
  const { problem } = body;
  return problem === undefined ? { fate: 'answered' } : { fate: 'server-error', detail: `${problem}: ${body.text}` };
}

/** Whether an answer with this status is what the plan expects. */
export function isExpected({ expect }: RequestKind, status: number): boolean {
  return expect === undefined ? status < 500 : expect.includes(status);
}

/** The value of the header by which a balancer says that the answer is its own. */
export function balancerReasonOf(headers: Readonly<Record<string, unknown>>): string | undefined {
  const value = headers[BALANCER_HEADER];
  return typeof value === 'string' ? value : undefined;
}
