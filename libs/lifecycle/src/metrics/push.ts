import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { hostname } from 'node:os';
import { type Deadline } from '../deadline/deadline.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { TEXT_FORMAT } from './exposition.js';

/** How long a Pushgateway may take. */
const PUSH_MS = 3000;

/** The address with the name of this host as its instance, unless it names one. */
export function groupOf(address: string): URL {
  const url = new URL(address);
  if (!/\/instance(@base64)?\//.test(url.pathname)) {
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/instance/${encodeURIComponent(hostname())}`;
  }
  return url;
}

/**
 * Puts the final values in place of those that the group has: https://github.com/prometheus/pushgateway#put-method
 *
 * @throws LifecycleError `METRICS_NOT_SENT`, without the address, which may hold a password
 */
export async function push(address: string, text: string, deadline: Deadline): Promise<void> {
  const limit = deadline.within(PUSH_MS);
  const cancel = new AbortController();
  const settled = await limit.settle(put(groupOf(address), text, cancel.signal));
  cancel.abort();
  if (settled.how === 'done' && settled.value >= 200 && settled.value < 300) return;
  const why =
    settled.how === 'done' ? `answered ${settled.value}` : settled.how === 'late' ? 'was late' : codeOf(settled.error);
  throw new LifecycleError('METRICS_NOT_SENT', `The final metrics were not pushed: the Pushgateway ${why}.`);
}

function put(url: URL, text: string, signal: AbortSignal): Promise<number> {
  const { username, password, protocol } = url;
  const request = protocol === 'https:' ? requestHttps : requestHttp;
  const auth = username === '' ? {} : { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` };
  const headers = { 'Content-Type': TEXT_FORMAT, 'Content-Length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'PUT', headers, agent: false, signal, ...auth }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

/** Messages of Node may have the address in them. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error
    ? `could not be reached (${String(error.code)})`
    : 'could not be reached';
}
