import { type Socket } from 'node:net';
import { type Fate } from '../../ledger/request-record.js';
import { type OngoingAttempt } from '../attempt-log.js';
import { type Call, type Caller } from './call.js';
import { framingOfAnswer, framingOfRequest, type Framing, type MessageHead, MessageReader } from './message-reader.js';

/** Says on whose behalf a call was sent: what the names of a rehearsal put there, or what services hand on themselves. */
export const REQUEST_HEADERS = ['x-rehearsal-request', 'x-request-id'] as const;

/** So much of an error's body is kept. */
const DETAIL_BYTES = 200;

/** One connection of a caller, open to a pod, and who is told of its calls. */
export interface CallTapParts {
  readonly caller: Caller;
  readonly attempt: OngoingAttempt;
  readonly sinceStart: () => number;
  readonly onCall: (call: Call) => void;
}

/** A call that has no end yet. */
interface Ongoing {
  readonly request: RequestLine;
  readonly sentAt: number;
  readonly isReused: boolean;
  answeredAt: number | undefined;
  status: number | undefined;
  isStream: boolean;
  endsConnection: boolean | undefined;
  body: string;
}

/** What the head of a request says of a call. */
export interface RequestLine {
  readonly method: string;
  readonly path: string;
  readonly requestId: string | undefined;
}

/** Reads along on a connection, and tells of every call on it with what became of it. It has no part in what passes. */
export class CallTap {
  readonly #ongoing: Ongoing[] = [];
  readonly #requests: MessageReader;
  readonly #answers: MessageReader;
  #count = 0;
  /** Neither side speaks HTTP/1.1 any more: the connection is one call. */
  #isOther = false;
  #endedBy: 'caller' | 'pod' | undefined;
  #isReset = false;

  constructor(private readonly parts: CallTapParts) {
    const onOther = (): void => this.#becomeOther();
    this.#requests = new MessageReader({
      onHead: (head) => this.#begin(head),
      onEnd: () => undefined,
      onOther,
    });
    this.#answers = new MessageReader({
      onHead: (head) => this.#answer(head),
      onBody: (bytes) => this.#keep(bytes),
      onEnd: () => this.#endOfAnswer(),
      onOther,
    });
  }

  /** From now on: to be called before the first byte goes over. */
  follow(client: Socket, server: Socket): void {
    client.on('data', (chunk: Buffer) => this.#requests.write(chunk));
    server.on('data', (chunk: Buffer) => this.#answers.write(chunk));
    server.on('end', () => {
      this.#answers.end();
      this.#end('pod');
    });
    server.on('error', () => {
      this.#isReset = true;
      this.#end('pod');
    });
    server.on('close', () => this.#end('pod'));
    for (const event of ['error', 'close']) client.on(event, () => this.#end('caller'));
  }

  #begin(head: MessageHead): Framing {
    this.#open(requestLineOf(head));
    return framingOfRequest(head);
  }

  #open(request: RequestLine): void {
    this.#ongoing.push({
      request,
      sentAt: this.parts.sinceStart(),
      isReused: this.#count > 0,
      answeredAt: undefined,
      status: undefined,
      isStream: false,
      endsConnection: undefined,
      body: '',
    });
    this.#count += 1;
    this.parts.attempt.wasDelivered = true;
  }

  #answer(head: MessageHead): Framing {
    const [call] = this.#ongoing;
    const status = Number(head.first.split(' ')[1]);
    if (call === undefined) return { kind: 'other' };
    call.answeredAt ??= this.parts.sinceStart();
    call.status = status;
    call.endsConnection = /\bclose\b/i.test(head.headers.get('connection') ?? '');
    call.isStream = status === 101 || /^text\/event-stream/i.test(head.headers.get('content-type') ?? '');
    return framingOfAnswer(head, status, call.request.method);
  }

  #keep(bytes: Buffer): void {
    const [call] = this.#ongoing;
    if (call === undefined || (call.status ?? 0) < 500 || call.body.length >= DETAIL_BYTES) return;
    call.body += bytes.toString('utf8', 0, DETAIL_BYTES);
  }

  #endOfAnswer(): void {
    const [call] = this.#ongoing;
    // 100 (Continue) and 103 (Early Hints) come before the answer.
    if (call === undefined || (call.status ?? 0) < 200) return;
    this.#ongoing.shift();
    this.#tell(call, (call.status ?? 0) >= 500 ? 'server-error' : 'answered');
  }

  /** What was begun goes on in another protocol, such as a WebSocket; a connection that never was HTTP is one call from its beginning. */
  #becomeOther(): void {
    if (this.#isOther) return;
    this.#isOther = true;
    if (this.#count === 0 && this.#endedBy === undefined) {
      this.#open({ method: 'CONNECT', path: '', requestId: undefined });
    }
  }

  #end(by: 'caller' | 'pod'): void {
    this.#endedBy ??= by;
    for (const call of this.#ongoing.splice(0)) this.#tell(call, this.#fateAtEnd(call));
  }

  /** A pod may end a stream or a connection in good order; an HTTP answer that is not over has been cut. */
  #fateAtEnd({ isStream }: Ongoing): Fate {
    const isOpen = this.#isOther || isStream;
    if (this.#endedBy === 'caller') return isOpen ? 'answered' : 'timeout';
    return isOpen && !this.#isReset ? 'told-to-go' : 'reset';
  }

  #tell({ request, sentAt, isReused, answeredAt, status, isStream, endsConnection, body }: Ongoing, fate: Fate): void {
    const { caller, attempt, sinceStart, onCall } = this.parts;
    onCall({
      ...request,
      caller,
      sentAt,
      answeredAt,
      endedAt: sinceStart(),
      fate,
      status,
      detail: body === '' ? undefined : body.slice(0, DETAIL_BYTES),
      isReused,
      isStream: isStream || this.#isOther,
      attempt: { ...attempt, at: Math.max(attempt.at, sentAt), endsConnection },
    });
  }
}

/** What a head says of the call it begins. */
export function requestLineOf({ first, headers }: MessageHead): RequestLine {
  const [method = '', path = ''] = first.split(' ');
  const requestId = REQUEST_HEADERS.map((name) => headers.get(name)).find((value) => value !== undefined);
  return { method, path, requestId };
}
