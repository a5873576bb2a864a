import { request } from 'node:http';
import { PodAgent } from '../network/pod-ways.js';

const TIMEOUT_MS = 2000;
/** Enough of a body to tell two answers apart. */
const MOST_BYTES = 16_384;

/** What a path is answered. */
export interface PathAnswer {
  readonly status: number;
  readonly type: string;
  readonly location: string;
  /** How the body begins. */
  readonly body: string;
}

/** An answer, and the path that was asked. */
interface Asked {
  readonly path: string;
  readonly answer: PathAnswer | undefined;
}

/** The answer to GET, if there is one. */
export function askPath(port: number, path: string): Promise<PathAnswer | undefined> {
  return new Promise((resolve) => {
    const asked = request({ port, path, host: '127.0.0.1', agent: new PodAgent(), timeout: TIMEOUT_MS }, (answer) => {
      const { statusCode: status = 0, headers } = answer;
      const type = (headers['content-type'] ?? '').split(';')[0] ?? '';
      let body = '';
      const end = (): void => resolve({ status, type, location: headers.location ?? '', body });
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => {
        body += text;
        if (body.length > MOST_BYTES) answer.destroy();
      });
      // A body that breaks off, or never ends, has begun: that is enough.
      answer.on('error', end).on('close', end);
    });
    asked.on('timeout', () => asked.destroy());
    // No answer is an answer, too: that is what was asked.
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
}

/** Whether two paths get the same answer, but for the path itself in it. Pages differ in what they carry, and are pages all the same. */
export function isAlike(one: Asked, other: Asked): boolean {
  if (one.answer === undefined || other.answer === undefined) return false;
  const [a, b] = [one.answer, other.answer];
  if (a.status !== b.status || a.type !== b.type) return false;
  if (a.type === 'text/html') return true;
  return without(one.path, a) === without(other.path, b);
}

function without(path: string, { body, location }: PathAnswer): string {
  return `${location}\n${body}`.replaceAll(path, '').replaceAll(encodeURIComponent(path), '');
}
