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
/** Stands for what the login gave. */
export const TOKEN = '{token}';

/** The request of that kind with that number, and with the token of the login where it has a place for it. */
export function toQuestion(kind: RequestKind, id: number, token?: string): Question {
  const filled = (text: string): string => withToken(text.replaceAll(NUMBER, String(id)), token);
  const written = Object.entries(kind.headers).map(
    ([name, value]) => [name.toLowerCase(), withToken(value, token)] as const,
  );
  return {
    id,
    kind,
    path: filled(kind.path),
    headers: { ...Object.fromEntries(written), 'x-request-id': requestIdOf(id) },
    body: kind.body === undefined ? undefined : Buffer.from(filled(kind.body)),
  };
}

/** Whether there is a place for the token in it. */
export function wantsToken({ headers, path, body }: RequestKind): boolean {
  return [...Object.values(headers), path, body ?? ''].some((text) => text.includes(TOKEN));
}

function withToken(text: string, token: string | undefined): string {
  return token === undefined ? text : text.replaceAll(TOKEN, () => token);
}

/** As a balancer, a log and an access log know the request. */
export function requestIdOf(id: number): string {
  return `rehearsal-${id}`;
}
