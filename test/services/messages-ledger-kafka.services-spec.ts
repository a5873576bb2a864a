import { itNeeds } from '../support/machine.js';
import { KafkaBroker, kafkaBroker } from '../support/kafka-broker.js';
import { type LedgerOptions, MessagesLedger } from '../support/messages-ledger.js';

const RESTARTS = Number(process.env['RESTARTS'] ?? 2);
const KAFKA = {
  transport: 'kafka',
  backlog: 50,
  // kafkajs works on one message after the other, and each change of a group takes the mock cluster seconds: two consumers keep up.
  paceMs: 60,
  restarts: RESTARTS,
  options: { lameDuck: '500ms', gracePeriod: '30s' },
} as const;

describe('a rolling restart of two consumers of Kafka, under a steady stream and a backlog', () => {
  let broker: KafkaBroker | undefined;

  beforeEach(async () => {
    broker = kafkaBroker.isAvailable ? await KafkaBroker.start() : undefined;
  });
  afterEach(() => broker?.stop());

  const play = (options: Omit<LedgerOptions, 'restarts' | 'transport'>): ReturnType<typeof MessagesLedger.play> =>
    MessagesLedger.play({ ...KAFKA, ...options, ...(broker === undefined ? {} : { url: broker.address }) });

  for (const nest of [12, 11] as const) {
    itNeeds(kafkaBroker, `handles every message, cuts none, and answers every request, on Nest ${nest}`, async () => {
      const { ends, sent, repeated, ...faults } = await play({ nest, isHybrid: nest === 11 });
      expect(faults).toEqual({ lost: [], cut: [], unanswered: [] });
      for (const { code, report, output } of ends) {
        if (report?.outcome !== 'clean' || code !== 0) throw new Error(output);
      }
      expect(sent).toBeGreaterThan(50);
      expect(repeated.length).toBeLessThan(sent);
    });
  }
});
