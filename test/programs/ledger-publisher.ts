import 'reflect-metadata';
import { type ClientGrpc, ClientKafka, type ClientProxy, ClientProxyFactory } from '@nestjs/microservices';
import { firstValueFrom, lastValueFrom, type Observable, timeout } from 'rxjs';
import { released } from './faults.js';
import { clientOptions, EVENT, isListening, plan, PROTO, REQUEST } from './ledger-plan.js';

/**
 * The publisher of a ledger: sends numbered messages at a steady pace, events and requests mixed, until the test says `stop`.
 * Says which it has sent, and which were answered. It never sends one twice.
 */

interface Peer {
  emit(count: number): Promise<unknown>;
  ask(count: number): Promise<number>;
  close(): void;
}

interface PricesClient {
  Find(item: { readonly name: string }): Observable<{ readonly cents: number }>;
}

const pending = new Set<Promise<void>>();
let peers: Peer[] = [];
let sent = 0;

async function connect(port: number): Promise<Peer> {
  if (plan.transport === 'grpc') return grpcPeer(port);
  const client: ClientProxy = ClientProxyFactory.create(clientOptions(port));
  if (client instanceof ClientKafka) client.subscribeToResponseOf(REQUEST);
  await client.connect();
  return {
    emit: (count) => lastValueFrom(client.emit<undefined>(EVENT, count), { defaultValue: undefined }),
    ask: (count) => firstValueFrom(client.send<number>(REQUEST, count).pipe(timeout(plan.answerMs))),
    close: () => void client.close(),
  };
}

function grpcPeer(port: number): Peer {
  // Of Nest's own gRPC client.
  const client = ClientProxyFactory.create(clientOptions(port)) as unknown as ClientGrpc & { close(): void };
  const prices = client.getService<PricesClient>(PROTO.service);
  const ask = async (count: number): Promise<number> => {
    const answer = await firstValueFrom(prices.Find({ name: String(count) }).pipe(timeout(plan.answerMs)));
    return answer.cents;
  };
  return { ask, emit: ask, close: () => client.close() };
}

async function follow(what: string, settling: Promise<unknown>): Promise<void> {
  try {
    await settling;
    console.log(`${what.startsWith('request') ? 'answered' : 'published'} ${what}`);
  } catch (error) {
    console.log(`failed ${what}: ${error instanceof Error ? error.message : JSON.stringify(error)}`);
  }
}

function send(): void {
  sent += 1;
  const count = sent;
  const peer = peers[count % peers.length];
  if (peer === undefined) throw new Error('there is no consumer to send to');
  const isRequest = count % 3 < plan.requestsOfThree;
  const what = `${isRequest ? 'request' : 'event'} ${count}`;
  console.log(`sent ${what}`);
  const settling = follow(what, isRequest ? peer.ask(count) : peer.emit(count));
  pending.add(settling);
  void settling.then(() => pending.delete(settling));
}

/** The consumers that listen, whenever that changes: those that have gone get nothing more, and may still answer. */
async function use(ports: readonly number[]): Promise<void> {
  const before = peers;
  peers = await Promise.all(ports.map(connect));
  console.log(`sending to ${ports.join(' ')}`);
  const asked = [...pending];
  await Promise.all(asked);
  for (const peer of before) peer.close();
}

async function main(): Promise<void> {
  process.on('message', (message: unknown) => {
    if (typeof message === 'object' && message !== null && 'ports' in message) void use(message.ports as number[]); // of the harness
  });
  const stopped = new AbortController();
  const asked = { begin: released('begin'), stop: released('stop') };
  void asked.stop.then(() => stopped.abort());
  if (!isListening) peers = [await connect(0)];
  for (let count = 0; count < plan.backlog; count += 1) send();
  console.log('ready');
  await asked.begin;
  while (!stopped.signal.aborted) {
    send();
    await new Promise((resolve) => setTimeout(resolve, plan.paceMs));
  }
  while (pending.size > 0) await Promise.all(pending);
  console.log('settled');
  for (const peer of peers) peer.close();
  process.disconnect();
}

void main();
