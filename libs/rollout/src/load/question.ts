import { type RequestKind } from './load-plan.js';

/** One request as it goes out. */
export interface Question {
  readonly id: number;
  readonly kind: RequestKind;
  readonly path: string;
  /** With `x-request-id`, and everything the kind asks for; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

const NUMBER = '{n}';

/** The request of that kind with that number. */
export function toQuestion(kind: RequestKind, id: number): Question {
  const body = kind.body === undefined ? undefined : Buffer.from(kind.body.replaceAll(NUMBER, String(id)));
  const written = Object.entries(kind.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    id,
    kind,
    path: kind.path.replaceAll(NUMBER, String(id)),
    headers: { ...Object.fromEntries(written), 'x-request-id': requestIdOf(id) },
    body,
  };
}

/** As a balancer, a log and an access log know the request. */
export function requestIdOf(id: number): string {
  return `rehearsal-${id}`;
}
