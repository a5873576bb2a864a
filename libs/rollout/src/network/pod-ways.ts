import { Agent, type ClientRequestArgs } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type Duplex } from 'node:stream';
import { LOOPBACK } from './loopback-server.js';

/** What becomes of a connection that is being opened: one of both is called, once. */
export interface DialOutcome {
  /** Either half of it may end before the other. */
  readonly opened: (socket: Socket) => void;
  readonly refused: (error: NodeJS.ErrnoException) => void;
}

/** Begins to open a connection. What it returns gives up: nothing is called from then on, and a connection that is open stays. */
export type Dial = (outcome: DialOutcome) => () => void;

/** To an address that this process reaches by itself. */
export function dialAddress(target: { readonly host: string; readonly port: number }): Dial {
  return ({ opened, refused }) => {
    const socket = connect({ ...target, allowHalfOpen: true, noDelay: true });
    const open = (): void => {
      socket.off('error', refused);
      opened(socket);
    };
    socket.once('error', refused).once('connect', open);
    return () => {
      if (!socket.connecting) return;
      socket.off('connect', open).off('error', refused);
      socket.on('error', () => undefined).destroy();
    };
  };
}

/** Ways to pods in networks of their own, by the port of this machine that stands for a pod's. No program listens there. */
const ways = new Map<number, Dial>();

/** From now on that port stands for one which only this way reaches. The returned function ends that. */
export function openWay(port: number, way: Dial): () => void {
  ways.set(port, way);
  return () => void ways.delete(port);
}

/** To the port of this machine that stands for one of a pod's. */
export function dialPod(port: number): Dial {
  return ways.get(port) ?? dialAddress({ host: LOOPBACK, port });
}

/** An open connection to that port. Rejects when it is refused, and when `signal` fires. */
export function connectedToPod(port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error('there was no time left'));
    const settle = (): void => signal.removeEventListener('abort', onAbort);
    const giveUp = dialPod(port)({
      opened: (socket) => {
        settle();
        resolve(socket);
      },
      refused: (error) => {
        settle();
        reject(error);
      },
    });
    const onAbort = (): void => {
      giveUp();
      reject(new Error('it took too long'));
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Connections to pods, for requests: what Node does by itself does not reach a network of its own. */
export class PodAgent extends Agent {
  override createConnection(
    options: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const way = ways.get(Number(options.port));
    if (way === undefined || callback === undefined) return super.createConnection(options, callback);
    way({
      opened: (socket) => {
        // As connections of requests are: an idle one that the pod closes must not wait for the next request.
        socket.allowHalfOpen = false;
        callback(null, socket);
      },
      // Node looks at the error alone, though its type wants a stream as well.
      refused: (error) => (callback as (error: Error) => void)(error),
    });
    return undefined;
  }
}
