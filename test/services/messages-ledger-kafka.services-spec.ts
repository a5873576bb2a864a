import { itNeeds } from '../support/machine.js';
import { KafkaBroker, kafkaBroker } from '../support/kafka-broker.js';
import { type LedgerOptions, MessagesLedger } from '../support/messages-ledger.js';

/** `npm run test:restarts` asks for fifty. */
const RESTARTS = Number(process.env['RESTARTS'] ?? 2);
/** Each changes a group three times, which takes the mock cluster seconds. */
const RESTART_MS = 100_000;
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

  const kinds = [
    ['on Nest 12', { nest: 12 }],
    ['on Nest 11', { nest: 11, isHybrid: true }],
    ['where handlers commit by hand, on Nest 12', { nest: 12, server: { run: { autoCommit: false } } }],
  ] as const;
  for (const [name, options] of kinds) {
    const handlesAll = async (): Promise<void> => {
      const { ends, sent, repeated, ...faults } = await play(options);
      expect(faults).toEqual({ lost: [], cut: [], unanswered: [] });
      for (const { code, report, output } of ends) {
        if (report?.outcome !== 'clean' || code !== 0) throw new Error(output);
        // Of handlers that commit by hand, and end in the drain.
        expect(output.split('shutting down: SIGTERM')[1]).not.toContain('not committed');
      }
      expect(sent).toBeGreaterThan(50);
      expect(repeated.length).toBeLessThan(sent);
    };
    const what = `handles every message, cuts none, and answers every request, ${name}`;
    itNeeds(kafkaBroker, what, handlesAll, RESTARTS * RESTART_MS);
  }
});
