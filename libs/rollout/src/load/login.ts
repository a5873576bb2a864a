import { request as httpRequest } from 'node:http';
import { isRecord } from 'nestjs-lifecycle/options';
import { oneLineOf } from 'nestjs-lifecycle-shared';
import { type Address, authorityOf, openSocket } from './address.js';
import { type Login, type RequestKind } from './load-plan.js';
import { toQuestion } from './question.js';

/** The names that services give it. */
const USUAL_NAMES = ['access_token', 'accessToken', 'token', 'id_token', 'jwt'];

/** An answer with a token is some kilobytes. */
const LARGEST_ANSWER = 1024 * 1024;

/** The login did not give a token. The message says what the service answered and what to write. */
export class LoginError extends Error {
  override readonly name = 'LoginError';
}

/** Where it is asked. */
export interface LoginWorld {
  readonly address: Address;
  readonly requestTimeoutMs: number;
  /** Fires when the token is not needed any more. */
  readonly end?: AbortSignal | undefined;
}

/**
 * Asks for the token.
 *
 * @throws LoginError when there is none
 */
export async function logIn({ kind, token: path }: Login, world: LoginWorld): Promise<string> {
  const { status, body } = await answerTo(kind, world);
  const said = oneLineOf(body.replaceAll(/\s+/g, ' ').trim().slice(0, 200));
  const isGood = kind.expect === undefined ? status < 300 : kind.expect.includes(status);
  if (!isGood) throw new LoginError(`the login (${kind.name}) was answered ${status}: ${said}. Correct the request.`);
  const token = tokenIn(jsonOf(body), path);
  if (token !== undefined) return token;
  const where = path === undefined ? `under ${USUAL_NAMES.join(', ')}` : `at ${path}`;
  throw new LoginError(
    `the answer to the login (${kind.name}) has no token ${where}. Say where it is, as in token: data.token; its fields: ${fieldsOf(jsonOf(body))}`,
  );
}

async function answerTo(
  kind: RequestKind,
  { address, requestTimeoutMs, end }: LoginWorld,
): Promise<{ status: number; body: string }> {
  const { path, headers, body } = toQuestion(kind, 0);
  const length = body === undefined ? {} : { 'content-length': String(body.length) };
  const late = AbortSignal.timeout(requestTimeoutMs);
  const signal = end === undefined ? late : AbortSignal.any([late, end]);
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(
        new LoginError(
          `the login (${kind.name}) had no answer: ${signal.aborted ? `none within ${requestTimeoutMs} ms` : error.message}`,
        ),
      );
    const request = httpRequest({
      createConnection: () => openSocket(address),
      method: kind.method,
      path,
      headers: { host: authorityOf(address), ...headers, connection: 'close', ...length },
      signal,
    });
    request.on('error', fail);
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('error', fail);
      response.on('data', (part: Buffer) => {
        size += part.length;
        if (size <= LARGEST_ANSWER) parts.push(part);
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') }),
      );
    });
    request.end(body);
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller says that the answer has no token.
    return undefined;
  }
}

function tokenIn(answer: unknown, path: string | undefined): string | undefined {
  const found = (path === undefined ? USUAL_NAMES : [path]).map((one) => valueAt(answer, one.split('.')));
  return found.find((value): value is string => typeof value === 'string' && value !== '');
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined), value);
}

/** Names alone: values may be secrets. */
function fieldsOf(answer: unknown): string {
  if (!isRecord(answer)) return 'none, for it is no JSON object';
  const names = Object.keys(answer).slice(0, 10).map(oneLineOf);
  return names.join(', ') || 'none';
}
