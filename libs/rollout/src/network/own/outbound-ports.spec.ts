import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { outboundPorts } from './outbound-ports.js';

const portsOf = (env: Record<string, string>, facts = {}): ReadonlySet<number> =>
  new Set(outboundPorts({ env, named: [], own: [], ...facts }));

describe('the ports that lead out of a pod', () => {
  it.each([
    ['SEARCH_URL', 'http://user:1234@search:9201/index', [9201]],
    ['KAFKA_BROKERS', 'a:19092,b.example:19093', [19_092, 19_093]],
    ['DB', 'host=db port=15432 dbname=x', [15_432]],
    ['CACHE', '[::1]:16379', [16_379]],
    ['DB_PORT', '15433', [15_433]],
  ])('are those in %s=%s', (name, value, expected) => {
    const ports = portsOf({ [name]: value });
    for (const port of expected) expect(ports).toContain(port);
    expect(ports).not.toContain(1234);
  });

  it('are those of usual servers, those that are named, and none of the pod itself', () => {
    const ports = portsOf({ PORT: '3000', DATABASE_URL: 'postgres://db/x' }, { named: [9300], own: [3000] });
    for (const port of [443, 5432, 6379, 5672, 9300]) expect(ports).toContain(port);
    expect(ports).not.toContain(3000);
  });

  const itOnLinux = process.platform === 'linux' ? it : it.skip;
  itOnLinux('are those that something listens on here', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(portsOf({})).toContain(port);
    server.close();
    await once(server, 'close');
    expect(portsOf({})).not.toContain(port);
  });
});
