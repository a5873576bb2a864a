import { defineKind } from '../define-kind.js';
import { type ResourceKind } from '../resource-kind.js';
import { fieldAt, hasFields, hasMethods } from '../shape.js';

/** A provider of the OpenTelemetry SDK 1 and 2. */
interface Provider {
  /** Sends what it holds, and ends its exporters. */
  shutdown(): Promise<void>;
  forceFlush(): Promise<void>;
}

/** What the providers of traces, metrics and logs differ in. */
interface Signal {
  readonly title: string;
  /** What it makes with `get…()`. */
  readonly makes: 'Tracer' | 'Meter' | 'Logger';
  /** Fields that only this one has. */
  readonly fields: Parameters<typeof hasFields>[1];
  /** What it holds until a collector has taken it. */
  readonly holds: string;
  /** Where it shows that it was shut down; left out where it does not. */
  readonly closedAt?: readonly string[];
}

/** What a collector may take to answer; an exporter alone would wait for 30 s. */
const TIMEOUT_MS = 5000;

const shutDown = (provider: Provider): Promise<void> => provider.shutdown();

function providerOf({ title, makes, fields, holds, closedAt }: Signal): ResourceKind {
  const isLog = makes === 'Logger';
  return defineKind<Provider>({
    title: `OpenTelemetry ${title}`,
    type: isLog ? 'log' : 'telemetry',
    timeoutMs: TIMEOUT_MS,
    is: (value): value is Provider =>
      hasFields(value, fields) && hasMethods(value, [`get${makes}`, 'forceFlush', 'shutdown']),
    ...(closedAt === undefined
      ? { closers: ['shutdown'] }
      : { isClosed: (provider) => fieldAt(provider, ...closedAt) === true }),
    // The last line of the library may go through a logger too.
    ...(isLog ? { close: (provider) => provider.forceFlush(), end: shutDown } : { close: shutDown }),
    unfinished: () => `${holds} that no collector has taken`,
  });
}

/** The providers of traces, metrics and logs; read in the SDK 1 and 2. */
export const openTelemetry: readonly ResourceKind[] = [
  providerOf({
    title: 'tracer provider',
    makes: 'Tracer',
    fields: { _activeSpanProcessor: 'object' },
    holds: 'spans',
  }),
  providerOf({
    title: 'meter provider',
    makes: 'Meter',
    fields: { _sharedState: 'object', _shutdown: 'boolean' },
    holds: 'metrics',
    closedAt: ['_shutdown'],
  }),
  providerOf({
    title: 'logger provider',
    makes: 'Logger',
    fields: { _sharedState: 'object', _shutdownOnce: 'object' },
    holds: 'log records',
    closedAt: ['_shutdownOnce', '_isCalled'],
  }),
];
