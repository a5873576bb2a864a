import { type FaultRule, isAfterSignal } from '../fault-rule.js';
import { isStream } from '../../ledger/request-record.js';
import { type Inquiry } from '../inquiry.js';
import { type PodFacts } from '../pod-facts.js';
import { inFlightAtExit } from '../stop-kind.js';
import { count, time, were } from '../wording.js';

/** Event streams and WebSockets have no end of their own: a service that waits for them waits until SIGKILL. */
export const streamsNotEnded: FaultRule = {
  code: 'streams-not-ended',
  explains: (loss, inquiry) =>
    loss.pod !== undefined &&
    inquiry.stopOf(loss.pod) === 'held-by-streams' &&
    isAfterSignal(loss) &&
    (loss.manner === 'reset' || loss.manner === 'timeout'),
  describe: (losses, inquiry) => {
    const pods = inquiry.stopped('held-by-streams');
    const [first] = pods;
    if (first === undefined) return undefined;
    const held = pods.flatMap((pod) => streamsOf(pod, inquiry));
    const kinds = [...new Set(held.map(({ kind }) => kind))].join(', ');
    return {
      severity: 'error',
      title: 'Streams that the service never ends keep it from stopping',
      evidence:
        `${count(held.length, 'stream')} from before SIGTERM (${kinds}) ${held.length === 1 ? 'was' : 'were'} still open on ${count(pods.length, 'pod')} ` +
        `when SIGKILL came, ${time(first.signal?.remainingMs ?? 0)} after SIGTERM; ${were(losses.length, 'request')} cut. ` +
        'Clients stay on a stream until the server ends it: no grace period is long enough.',
      remedy: remedyFor(new Set(held.map(({ client }) => client))),
      pods,
    };
  },
};

function streamsOf(pod: PodFacts, { records }: Inquiry): ReturnType<typeof inFlightAtExit> {
  return inFlightAtExit(pod, records).filter((record) => isStream(record));
}

function remedyFor(clients: ReadonlySet<string>): string {
  return [
    '// when the drain begins, before server.close(); clients come back, to another pod',
    ...(clients.has('event-stream') ? ['for (const response of eventStreams) response.end();'] : []),
    ...(clients.has('websocket')
      ? ["for (const socket of webSocketServer.clients) socket.close(1001, 'going away');"]
      : []),
    ...(clients.has('grpc-stream')
      ? ['for (const call of streams) call.end();   // gRPC; in Nest: complete the observable']
      : []),
    clients.has('grpc-stream')
      ? '// with nestjs-lifecycle this is done for you; say @LongLived() of a gRPC method that streams without an end'
      : '// with nestjs-lifecycle this is done for you',
  ].join('\n');
}
