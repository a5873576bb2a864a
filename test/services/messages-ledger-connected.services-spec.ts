import { type LedgerOptions, MessagesLedger, PLAIN_NEST } from '../support/messages-ledger.js';

const RESTARTS = Number(process.env['RESTARTS'] ?? 3);

const KINDS: readonly (readonly [name: string, options: Omit<LedgerOptions, 'restarts'>])[] = [
  ['TCP, a microservice, Nest 12', { transport: 'tcp', nest: 12 }],
  ['TCP, a hybrid application, Nest 11', { transport: 'tcp', nest: 11, isHybrid: true }],
  ['gRPC, a microservice, Nest 11', { transport: 'grpc', nest: 11, requestsOfThree: 3 }],
  [
    'gRPC, a hybrid application, Nest 12',
    { transport: 'grpc', nest: 12, isHybrid: true, inheritsAppConfig: true, requestsOfThree: 3 },
  ],
];

describe('a rolling restart of services that clients connect to, under a steady stream', () => {
  it.each(KINDS)(
    'handles every message once, and answers every request: %s',
    async (_name, options) => {
      const { ends, sent, ...faults } = await MessagesLedger.play({ ...options, restarts: RESTARTS });
      expect(faults).toEqual({ lost: [], repeated: [], cut: [], unanswered: [] });
      for (const { code, signal, report, output } of ends) {
        if (report?.outcome !== 'clean' || code !== 0) throw new Error(output);
        expect(signal).toBeNull();
      }
      expect(sent).toBeGreaterThan(0);
    },
    (RESTARTS + 1) * 30_000,
  );

  it.each(['tcp', 'grpc'] as const)(
    'plain Nest, beside it, leaves requests without an answer: %s',
    async (transport) => {
      const result = await MessagesLedger.play({
        transport,
        ...PLAIN_NEST,
        requestsOfThree: 3,
        restarts: RESTARTS,
      });
      expect(result.unanswered.length).toBeGreaterThan(0);
    },
    (RESTARTS + 1) * 30_000,
  );
});
