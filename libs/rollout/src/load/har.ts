import { z } from 'zod';
import { isPrivateBody, isPrivateHeader, isPrivateName } from './reading/private-fields.js';
import { type GatheredRequests, type LoadNote } from './reading/gathered-requests.js';
import { LoadSourceError } from './reading/load-source-error.js';
import { problemOfRequest } from './problem-of-request.js';
import { problemsOf } from '../schema/schema-problems.js';
import { readDocument, type SourceText } from './reading/read-document.js';
import { type RequestKind } from './load-plan.js';
import { toRequestKind } from './request-kind.js';

/** A recording as it is read. */
export interface HarOptions extends SourceText {
  /** Keeps cookies, tokens and passwords. Default: they are left out. */
  readonly keepCredentials?: boolean;
}

/** So many different requests are told apart in a verdict. */
const MOST_KINDS = 200;

/** Headers of the connection (RFC 9110 §7.6.1), of the host that was recorded, or that are made anew for each request. */
const DROPPED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'origin',
  'proxy-connection',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-request-id',
]);

const har = z.object({
  log: z.object({
    entries: z.array(
      z.object({
        request: z.object({
          method: z.string(),
          url: z.string(),
          headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
          postData: z.object({ mimeType: z.string().optional(), text: z.string().optional() }).optional(),
        }),
        response: z
          .object({
            status: z.number().optional(),
            content: z.object({ mimeType: z.string().optional() }).optional(),
          })
          .optional(),
        _resourceType: z.string().optional(),
      }),
    ),
  }),
});

type Entry = z.output<typeof har>['log']['entries'][number];

/** An entry, and where it was sent. */
interface SentEntry {
  readonly entry: Entry;
  readonly url: URL;
  readonly origin: string;
}

/**
 * The requests of a recording (HTTP Archive 1.2), each as often as it was recorded. Only those to the most frequent origin; the host,
 * the connection's own headers and, unless asked for, all credentials are left out. The notes say what was.
 *
 * @throws LoadSourceError when it is no recording, or has nothing to ask
 */
export function readHar(options: HarOptions): GatheredRequests {
  const read = har.safeParse(readDocument(options));
  if (!read.success) {
    const problems = problemsOf(read.error.issues).slice(0, 5);
    throw new LoadSourceError(
      options.file,
      problems.map(({ at, message }) => ({ at, message: `${message}; a HAR has log.entries` })),
    );
  }
  const notes: LoadNote[] = [];
  const sent = read.data.log.entries.flatMap((entry) => toSent(entry, notes));
  const own = ofOneOrigin(sent, notes);
  const requests = gather(own, options.keepCredentials === true, notes);
  if (options.keepCredentials !== true) noteDroppedHeaders(own, notes);
  if (requests.length > 0) return { requests, notes };
  const why = notes.map(({ about, message }) => `; ${about}: ${message}`).slice(0, 5);
  throw new LoadSourceError(options.file, [{ at: 'log.entries', message: `has no request to ask${why.join('')}` }]);
}

function toSent(entry: Entry, notes: LoadNote[]): SentEntry[] {
  const url = URL.canParse(entry.request.url) ? new URL(entry.request.url) : undefined;
  const origin = url && /^(http|ws)s?:$/.test(url.protocol) ? httpOriginOf(url) : undefined;
  if (url !== undefined && origin !== undefined) return [{ entry, url, origin }];
  notes.push({ about: entry.request.url.slice(0, 100), message: 'left out: no address of HTTP' });
  return [];
}

/** A WebSocket goes to the server of its pages. */
function httpOriginOf({ protocol, host }: URL): string {
  return `${protocol.replace('ws', 'http')}//${host}`;
}

function ofOneOrigin(sent: readonly SentEntry[], notes: LoadNote[]): SentEntry[] {
  const counts = new Map<string, number>();
  for (const { origin } of sent) counts.set(origin, (counts.get(origin) ?? 0) + 1);
  const [most, ...others] = [...counts].toSorted(([, a], [, b]) => b - a);
  for (const [origin, count] of others) {
    notes.push({ about: origin, message: `left out: ${count} of its requests; only ${most?.[0]} is asked` });
  }
  return sent.filter(({ origin }) => origin === most?.[0]);
}

function gather(sent: readonly SentEntry[], keepCredentials: boolean, notes: LoadNote[]): RequestKind[] {
  const kinds = new Map<string, { kind: RequestKind; count: number }>();
  for (const one of sent) {
    const kind = toKind(one, keepCredentials, notes);
    if (kind === undefined) continue;
    const key = JSON.stringify([kind.transport, kind.method, kind.path, kind.body]);
    const known = kinds.get(key);
    if (known === undefined) kinds.set(key, { kind, count: 1 });
    else known.count += 1;
  }
  const frequent = [...kinds.values()].toSorted((a, b) => b.count - a.count);
  const rest = frequent.slice(MOST_KINDS);
  if (rest.length > 0) {
    notes.push({
      about: `${rest.length} rare requests`,
      message: `left out: only the ${MOST_KINDS} most frequent are asked`,
    });
  }
  return frequent.slice(0, MOST_KINDS).map(({ kind, count }) => toRequestKind({ ...kind, weight: count }));
}

function toKind({ entry, url }: SentEntry, keepCredentials: boolean, notes: LoadNote[]): RequestKind | undefined {
  const method = entry.request.method.toUpperCase();
  const about = `${method} ${url.pathname}`;
  const body = entry.request.postData?.text;
  const skip = (why: string): undefined => {
    notes.push({ about, message: `left out: ${why}` });
    return undefined;
  };
  if (body !== undefined && !keepCredentials && isPrivateBody(body)) {
    return skip('its body seems to hold a password; keep credentials to ask it');
  }
  if (!keepCredentials) dropPrivateParameters(url, about, notes);
  const kind = toRequestKind({
    method,
    path: url.pathname + url.search,
    transport: transportOf(entry, url),
    headers: headersOf(entry, keepCredentials),
    body: body === '' ? undefined : body,
  });
  const problem = problemOfRequest(kind);
  return problem === undefined ? kind : skip(problem);
}

function dropPrivateParameters(url: URL, about: string, notes: LoadNote[]): void {
  for (const name of new Set(url.searchParams.keys())) {
    if (!isPrivateName(name)) continue;
    url.searchParams.delete(name);
    notes.push({ about, message: `asked without its parameter ${name}, which is a credential` });
  }
}

/** One note for all: nearly every request of a recording has the same ones. */
function noteDroppedHeaders(sent: readonly SentEntry[], notes: LoadNote[]): void {
  const names = sent.map(({ entry }) => [
    ...new Set(entry.request.headers.map(({ name }) => name.toLowerCase()).filter((name) => isPrivateHeader(name))),
  ]);
  const without = names.filter((own) => own.length > 0).length;
  if (without === 0) return;
  notes.push({
    about: `${without} of ${sent.length} requests`,
    message: `asked without ${[...new Set(names.flat())].toSorted().join(', ')}; a load file can have those of a test account`,
  });
}

function transportOf(entry: Entry, url: URL): RequestKind['transport'] {
  if (url.protocol.startsWith('ws') || entry._resourceType === 'websocket') return 'websocket';
  const isStream = entry.response?.content?.mimeType?.startsWith('text/event-stream') === true;
  return isStream || entry._resourceType === 'eventsource' ? 'event-stream' : 'http1';
}

function headersOf({ request: { headers, postData } }: Entry, keepCredentials: boolean): Record<string, string> {
  const kept = headers
    .map(({ name, value }) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !name.startsWith(':') && !name.startsWith('sec-') && !DROPPED.has(name))
    .filter(([name]) => keepCredentials || !isPrivateHeader(name));
  const type = postData?.mimeType === undefined ? {} : { 'content-type': postData.mimeType };
  return { ...type, ...Object.fromEntries(kept) };
}
