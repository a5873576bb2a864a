import { type LedgerOptions, MessagesLedger, PLAIN_NEST } from '../support/messages-ledger.js';

/** `npm run test:restarts` asks for fifty. */
const RESTARTS = Number(process.env['RESTARTS'] ?? 4);
const RABBITMQ = { transport: 'rabbitmq', backlog: 300, restarts: RESTARTS } as const;

const KINDS: readonly (readonly [name: string, options: Partial<LedgerOptions> & Pick<LedgerOptions, 'nest'>])[] = [
  ['a microservice, Nest 12', { nest: 12 }],
  ['a microservice, Nest 11', { nest: 11 }],
  ['a hybrid application, Nest 12', { nest: 12, isHybrid: true, inheritsAppConfig: true }],
  ['a hybrid application, Nest 11', { nest: 11, isHybrid: true }],
  ['@golevelup/nestjs-rabbitmq, Nest 11', { nest: 11, transport: 'golevelup' }],
  [
    '@RabbitSubscribe() of @golevelup/nestjs-rabbitmq, Nest 11',
    { nest: 11, transport: 'golevelup', handler: 'subscribe', requestsOfThree: 0 },
  ],
  [
    'batches of @golevelup/nestjs-rabbitmq, Nest 11',
    { nest: 11, transport: 'golevelup', handler: 'batch', requestsOfThree: 0 },
  ],
];

describe('a rolling restart of RabbitMQ consumers that acknowledge by hand, under a steady stream and a backlog', () => {
  it.each(KINDS)(
    'handles every message once, and answers every request: %s',
    async (_name, options) => {
      const { ends, sent, ...faults } = await MessagesLedger.play({ ...RABBITMQ, ...options });
      expect(faults).toEqual({ lost: [], repeated: [], cut: [], unanswered: [] });
      for (const { code, signal, report, output } of ends) {
        if (report?.outcome !== 'clean' || code !== 0) throw new Error(output);
        expect(signal).toBeNull();
      }
      expect(sent).toBeGreaterThan(300);
    },
    (RESTARTS + 2) * 40_000,
  );

  it(
    'plain Nest, beside it, cuts what it has begun',
    async () => {
      const result = await MessagesLedger.play({ ...RABBITMQ, ...PLAIN_NEST });
      expect(result.cut.length).toBeGreaterThan(0);
    },
    (RESTARTS + 2) * 40_000,
  );
});
