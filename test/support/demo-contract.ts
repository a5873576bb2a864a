import { build } from './build.js';
import { type DemoStore, readBooks, startDemo } from './demo-store.js';
import { OrderClients } from './order-clients.js';

const CUSTOMERS = 12;

/** What the demo promises when it is told to stop. */
export function describeDemo(kind: string, openStore: () => Promise<DemoStore>): void {
  describeOrders(kind, openStore);
  describeReports(kind, openStore);
}

/** What the demo promises about its orders when it is told to stop, whichever database keeps them. */
export function describeOrders(kind: string, openStore: () => Promise<DemoStore>): void {
  describe(`the demo, told to stop, on ${kind}`, () => {
    const open = storeForEach(openStore);

    it('answers and stores every order under load, for customers whose load balancer listens to readiness', async () => {
      const demo = startDemo(open.store, { SHUTDOWN_LAME_DUCK: '1s' });
      const url = await demo.url();
      const customers = new OrderClients(url, CUSTOMERS);
      await customers.answered(2 * CUSTOMERS);

      demo.signal('SIGTERM');
      await demo.waitForLine(/^phase: lame-duck/);
      expect((await fetch(`${url}/health/ready`)).status).toBe(503);
      await customers.stop();

      expect(await demo.exit).toMatchObject({ code: 0, signal: null });
      expect(customers.losses).toEqual([]);
      await expectEveryOrderComplete(open.store, customers.orderIds);
    });

    it('answers and stores every order it took, for customers who go on until the door is shut', async () => {
      const demo = startDemo(open.store);
      const customers = new OrderClients(await demo.url(), CUSTOMERS);
      await customers.answered(2 * CUSTOMERS);

      demo.signal('SIGTERM');
      await customers.gone;

      expect(await demo.exit).toMatchObject({ code: 0, signal: null });
      expect(customers.losses).toEqual([]);
      await expectEveryOrderComplete(open.store, customers.orderIds);
    });
  });
}

/** What it promises about the reports that customers are reading. */
export function describeReports(kind: string, openStore: () => Promise<DemoStore>): void {
  describe(`reports of the demo, told to stop, on ${kind}`, () => {
    const open = storeForEach(openStore);

    it('finishes a report that is being read, and shows the phases in order', async () => {
      const demo = startDemo(open.store, { DEMO_REPORT_MS: '1500' });
      const report = await fetch(`${await demo.url()}/report`);
      await demo.waitForLine(/^phase: ready/);
      demo.signal('SIGINT');

      expect(await report.text()).toMatch(/^(page \d+ of 10: 0 orders, 0 cents\n){10}end of report\n$/);
      const { code, output } = await demo.exit;
      expect(code).toBe(0);
      expect(phasesIn(output)).toEqual(['ready', 'lame-duck', 'draining', 'closing', 'stopped']);
      expect(output).toMatch(/^phase: draining, 1 in flight: GET \/report$/m);
      expect(output.indexOf('phase: closing')).toBeLessThan(output.indexOf('[Outbox] flushing'));
      expect(output.indexOf('[Outbox] flushed')).toBeLessThan(output.indexOf('[Database] closing'));
      expect(output.indexOf('[Database] closed')).toBeLessThan(output.indexOf('phase: stopped'));
    });

    it('ends a report that would outlast its time, and says so in it', async () => {
      const demo = startDemo(open.store, { DEMO_REPORT_MS: '600000', SHUTDOWN_DRAIN_TIMEOUT: '1s' });
      const report = await fetch(`${await demo.url()}/report`);
      demo.signal('SIGINT');
      expect(await report.text()).toMatch(
        /^page 1 of 10: .*\nthe service stops: ask another one for the rest, 9 pages\n$/,
      );
      expect(await demo.exit).toMatchObject({ code: 0, signal: null });
    });
  });
}

/** The store of the test that runs: a new one for each. */
function storeForEach(openStore: () => Promise<DemoStore>): { readonly store: DemoStore } {
  let store: DemoStore | undefined;
  beforeAll(() => build('demo'));
  beforeEach(async () => {
    store = await openStore();
  });
  afterEach(() => store?.remove());
  return {
    get store() {
      if (store === undefined) throw new Error('there is a store only while a test runs');
      return store;
    },
  };
}

/**
 * Stored are exactly the orders that were answered: none of those is missing, and none was taken from a customer who was
 * not told. Confirmed, too: the confirmation is background work that starts after the answer.
 */
async function expectEveryOrderComplete(store: DemoStore, answered: readonly number[]): Promise<void> {
  const { orders, unpaid, unpublished } = await readBooks(store);
  expect(new Set(orders.map(({ id }) => id))).toEqual(new Set(answered));
  expect(orders.filter(({ confirmed }) => !confirmed)).toEqual([]);
  expect({ unpaid, unpublished }).toEqual({ unpaid: 0, unpublished: 0 });
}

/** From `ready` on: whether `starting` was seen depends on when one begins to look. */
function phasesIn(output: string): string[] {
  const phases = [...output.matchAll(/^phase: ([\w-]+)/gm)].map(([, phase = '']) => phase);
  return phases.slice(phases.indexOf('ready'));
}
