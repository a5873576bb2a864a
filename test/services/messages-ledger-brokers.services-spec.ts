import { type LedgerOptions, type LedgerResult, MessagesLedger, PLAIN_NEST } from '../support/messages-ledger.js';

/** Of each kind; `npm run test:restarts` asks for fifty. */
const RESTARTS = Number(process.env['RESTARTS'] ?? 3);

type Kind = readonly [name: string, options: Omit<LedgerOptions, 'restarts' | 'transport'>];

const KINDS: readonly Kind[] = [
  ['a microservice, Nest 12', { nest: 12 }],
  ['a microservice, Nest 11', { nest: 11 }],
  ['a hybrid application, Nest 12', { nest: 12, isHybrid: true, inheritsAppConfig: true }],
  ['a hybrid application, Nest 11', { nest: 11, isHybrid: true }],
];

/** The publisher sends with QoS 0, as Nest's client does. */
const MQTT = { transport: 'mqtt' } as const;
const NATS = { transport: 'nats', server: { queue: 'consumers' } } as const;

function allEndClean({ ends }: LedgerResult): void {
  for (const { code, signal, report, output } of ends) {
    if (report?.outcome !== 'clean' || code !== 0 || report.unseen.length > 0) throw new Error(output);
    expect(signal).toBeNull();
  }
}

describe.each([
  ['NATS, in a queue group', NATS, KINDS],
  ['NATS, with gracefulShutdown', { ...NATS, server: { ...NATS.server, gracefulShutdown: true } }, KINDS.slice(0, 2)],
  ['MQTT, with shared subscriptions', MQTT, KINDS],
  ['MQTT, with QoS 1', { ...MQTT, server: { subscribeOptions: { qos: 1 } } }, KINDS.slice(2)],
] as const)('a rolling restart of two consumers of %s, under a steady stream', (_transport, common, kinds) => {
  it.each(kinds)(
    'handles every message once, and answers every request: %s',
    async (_name, options) => {
      const result = await MessagesLedger.play({ ...common, ...options, restarts: RESTARTS });
      const { lost, repeated, cut, unanswered } = result;
      expect({ lost, repeated, cut, unanswered }).toEqual({ lost: [], repeated: [], cut: [], unanswered: [] });
      allEndClean(result);
    },
    (RESTARTS + 1) * 20_000,
  );
});

describe('a rolling restart of two consumers of Redis, which sends everything to both', () => {
  it.each(KINDS)(
    'handles every message that one has begun, loses none, and answers every request: %s',
    async (_name, options) => {
      const result = await MessagesLedger.play({ transport: 'redis', ...options, restarts: RESTARTS });
      const { lost, cut, unanswered } = result;
      expect({ lost, cut, unanswered }).toEqual({ lost: [], cut: [], unanswered: [] });
      allEndClean(result);
    },
    (RESTARTS + 1) * 20_000,
  );
});

describe('plain Nest, beside it', () => {
  it.each([
    { ...NATS, requestsOfThree: 3 },
    { ...MQTT, requestsOfThree: 3 },
  ])(
    'leaves requests without an answer: $transport',
    async (common) => {
      const result = await MessagesLedger.play({ ...common, ...PLAIN_NEST, restarts: RESTARTS });
      expect(result.cut.length + result.unanswered.length).toBeGreaterThan(0);
    },
    (RESTARTS + 1) * 40_000,
  );

  it(
    'cuts what it has begun: Redis',
    async () => {
      const result = await MessagesLedger.play({ transport: 'redis', ...PLAIN_NEST, restarts: RESTARTS });
      expect(result.cut.length).toBeGreaterThan(0);
    },
    (RESTARTS + 1) * 20_000,
  );
});
