import { resolve } from 'node:path';
import {
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  credentials,
  loadPackageDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { service } from 'grpc-health-check';
import { root } from './repository.js';
import { killAfterTest } from './started-programs.js';

const pricesProto = resolve(root, 'test/support/prices.proto');
/** Of a service that Nest does not serve. */
const byHandProto = resolve(root, 'test/support/by-hand.proto');
export const protos = [pricesProto, byHandProto];

export interface Item {
  readonly name: string;
}

export interface Price {
  readonly name: string;
  readonly cents: number;
}

type Callback<T> = (error: ServiceError | null, answer?: T) => void;

/** What @grpc/grpc-js makes of the proto; it cannot know its types. */
interface PricesClient {
  find(item: Item, callback: Callback<Price>): { cancel(): void };
  ask(item: Item, callback: Callback<Price>): unknown;
  watch(item: Item): ClientReadableStream<Price>;
  feed(item: Item): ClientReadableStream<Price>;
  list(item: Item): ClientReadableStream<Price>;
  sum(callback: Callback<Price>): ClientWritableStream<Item>;
  quote(): ClientDuplexStream<Item, Price>;
  chat(): ClientDuplexStream<Item, Price>;
  close(): void;
}

interface HealthStatus {
  readonly status: string;
}

interface HealthClient {
  check(request: { readonly service: string }, callback: Callback<HealthStatus>): unknown;
  watch(request: { readonly service: string }): ClientReadableStream<HealthStatus>;
  close(): void;
}

type HealthClass = new (address: string, credentials: unknown, options: object) => HealthClient;
type ClientClass = new (address: string, credentials: unknown, options: object) => PricesClient;

/** What became of a stream. */
export interface StreamEnding {
  readonly prices: readonly Price[];
  /** The name of its status, `OK` where it ended well. */
  readonly status: string;
}

/** A client of the service `Prices`, closed after the test. */
export class GrpcClient {
  readonly raw: PricesClient;
  readonly #byHand: PricesClient;
  readonly #health: HealthClient;

  constructor(port: number) {
    // One subchannel each: what one client has heard another has not.
    const options = { 'grpc.use_local_subchannel_pool': 1, 'grpc.initial_reconnect_backoff_ms': 50 };
    const address = `127.0.0.1:${port}`;
    const { Prices, ByHand, Health } = servicesOf();
    this.raw = new Prices(address, credentials.createInsecure(), options);
    this.#byHand = new ByHand(address, credentials.createInsecure(), options);
    this.#health = new Health(address, credentials.createInsecure(), options);
    killAfterTest({
      kill: async () => {
        this.#health.close();
        this.raw.close();
        this.#byHand.close();
      },
    });
  }

  /** The answer, or the name of the status and what it says. */
  find(name: string): Promise<Price | string> {
    return new Promise((resolve) => this.raw.find({ name }, settled(resolve)));
  }

  /** Asks a service that Nest does not know. */
  askByHand(name: string): Promise<Price | string> {
    return new Promise((resolve) => this.#byHand.ask({ name }, settled(resolve)));
  }

  /** What the health service says of the whole server. */
  check(): Promise<string> {
    return new Promise((resolve, reject) =>
      this.#health.check({ service: '' }, (error, answer) =>
        error === null ? resolve(answer?.status ?? 'no answer') : reject(error),
      ),
    );
  }

  /** Watches it. Resolves when the server has ended the stream. */
  watchHealth(onStatus: (status: string) => void): Promise<void> {
    const stream = this.#health.watch({ service: '' });
    stream.on('data', ({ status: found }: HealthStatus) => onStatus(found));
    return new Promise((resolve) => {
      stream.on('error', () => resolve());
      stream.on('end', resolve);
    });
  }

  /** Sends all items, and the end of them. */
  sum(names: readonly string[]): Promise<Price | string> {
    return new Promise((resolve) => {
      const call = this.raw.sum(settled(resolve));
      for (const name of names) call.write({ name });
      call.end();
    });
  }
}

/** Reads a stream to its end. `onPrice` gets each. */
export function readStream(
  stream: ClientReadableStream<Price> | ClientDuplexStream<Item, Price>,
  onPrice: (price: Price) => void = () => undefined,
): Promise<StreamEnding> {
  const prices: Price[] = [];
  return new Promise((resolve) => {
    stream.on('data', (price: Price) => {
      prices.push(price);
      onPrice(price);
    });
    stream.on('error', (error: ServiceError) => resolve({ prices, status: nameOf(error) }));
    stream.on('end', () => resolve({ prices, status: 'OK' }));
  });
}

function settled(resolve: (answer: Price | string) => void): Callback<Price> {
  return (error, answer) => resolve(error === null ? (answer ?? 'no answer') : nameOf(error));
}

function nameOf({ code }: ServiceError): string {
  return status[code];
}

function servicesOf(): { readonly Prices: ClientClass; readonly ByHand: ClientClass; readonly Health: HealthClass } {
  const { shop, yard } = loadPackageDefinition(loadSync(protos)) as unknown as {
    shop: { Prices: ClientClass };
    yard: { ByHand: ClientClass };
  };
  const { Health } = loadPackageDefinition({ Health: service }) as unknown as { Health: HealthClass };
  return { ...shop, ...yard, Health };
}
