import { isRecord } from 'nestjs-lifecycle/options';
import { onLoopback } from '../load/address.js';
import { frameOf } from '../load/grpc/grpc-frames.js';
import { grpcStatusName } from '../load/grpc/grpc-status.js';
import { simpleCall } from '../load/grpc/simple-call.js';
import { Http2Connection } from '../load/http2/http2-connection.js';
import { connectedToPod } from '../network/pod-ways.js';
import { type ProbeAnswer } from './prober.js';

/** `HealthCheckResponse.ServingStatus` by its numbers. */
const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
/** Of field 1: of bytes, and of a number. */
const [BYTES_TAG, NUMBER_TAG] = [0x0a, 0x08];

/** Asks the health service of gRPC on that port of this machine, as the kubelet does: only `SERVING` is success. Never rejects. */
export async function askGrpcHealth({
  port,
  service,
  signal,
}: {
  readonly port: number;
  readonly service: string;
  readonly signal: AbortSignal;
}): Promise<ProbeAnswer> {
  let connection: Http2Connection | undefined;
  try {
    connection = new Http2Connection(onLoopback(port), await connectedToPod(port, signal));
    const body = frameOf(nameOf(service));
    const { status, message, messages } = await simpleCall(connection, {
      path: '/grpc.health.v1.Health/Check',
      body,
      signal,
    });
    if (status !== 0) return { isSuccess: false, detail: [grpcStatusName(status), message].filter(Boolean).join(': ') };
    const [answer] = messages;
    const said = STATUSES[answer?.[0] === NUMBER_TAG ? (answer[1] ?? 0) : 0] ?? 'UNKNOWN';
    return { isSuccess: said === 'SERVING', detail: said };
  } catch (error) {
    return { isSuccess: false, detail: codeOf(error) };
  } finally {
    connection?.destroy();
  }
}

/** A message with one text, whose length is written in pieces of seven bits. */
function nameOf(service: string): Buffer {
  const text = Buffer.from(service);
  if (text.length === 0) return text;
  const length: number[] = [];
  for (let rest = text.length; rest > 0; rest >>= 7) length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
  return Buffer.concat([Buffer.from([BYTES_TAG, ...length]), text]);
}

/** As other probes say it: `ECONNREFUSED`, which HTTP/2 has as the cause of a cause. */
function codeOf(error: unknown): string {
  for (let cause = error; isRecord(cause); cause = cause['cause']) {
    const { code } = cause;
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return code;
  }
  return error instanceof Error ? error.message : String(error);
}
