import { type RequestKind } from './load-plan.js';

/** A kind of request as far as it has been described. */
export type DescribedRequest = { readonly [Field in keyof RequestKind]?: RequestKind[Field] | undefined } & {
  readonly path: string;
};

const DEFAULTS = {
  weight: 1,
  transport: 'http1',
  headers: {},
  body: undefined,
  uploadBytesPerSecond: undefined,
  downloadBytesPerSecond: undefined,
  expect: undefined,
  bodyHas: undefined,
  bodyHasNot: undefined,
  openFor: undefined,
} as const;

/** With everything there: `GET` without a body and `POST` with one, HTTP/1.1, at once, as often as others. */
export function toRequestKind(described: DescribedRequest): RequestKind {
  const { path, transport } = described;
  const method = (described.method ?? methodFor(described)).toUpperCase();
  const name = `${nameOfTransport(transport) ?? method} ${path}`;
  const said = Object.fromEntries(Object.entries(described).filter(([, value]) => value !== undefined));
  return { ...DEFAULTS, name, ...said, path, method };
}

/** A WebSocket begins with GET, whatever it says later. */
function methodFor({ transport, body }: DescribedRequest): string {
  return transport === 'websocket' || body === undefined ? 'GET' : 'POST';
}

function nameOfTransport(transport: RequestKind['transport'] | undefined): string | undefined {
  if (transport === 'websocket') return 'WS';
  return transport === 'event-stream' ? 'SSE' : undefined;
}
