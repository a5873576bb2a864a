import { type IncomingMessage, type ServerResponse } from 'node:http';
import { turns, until } from '../../../../test/support/event-loop.js';
import { HttpClient } from '../../../../test/support/http-client.js';
import {
  askRaw,
  rawAnswer,
  rawRequest,
  startHttpPod,
  startRequestBalancer,
} from '../../../../test/support/request-balancing.js';
import { TcpPeer, TcpPod } from '../../../../test/support/tcp-peer.js';

/** Answers with its name. */
const named = (pod: string) => startHttpPod(pod, (_request, response) => response.end(pod));

async function pods(client: HttpClient, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let index = 0; index < count; index += 1) names.push((await client.request()).body);
  return names;
}

/** A pod that has answered one request, and the connection that the balancer keeps to it. */
async function withIdleConnection(network: { retries?: number; idleTimeoutMs?: number } = {}) {
  const world = await startRequestBalancer(network);
  const pod = await TcpPod.start('a');
  world.balancer.update(0, [pod]);
  const client = await askRaw(world.balancer.port, 1);
  const kept = await pod.connection();
  await kept.untilReceived('rehearsal-1');
  kept.send(rawAnswer('first', 'Keep-Alive: timeout=1'));
  await client.untilReceived('first');
  return { ...world, pod, client, kept };
}

describe('RequestBalancer', () => {
  it('gives each request to the next endpoint, on connections that it keeps', async () => {
    const { balancer, url } = await startRequestBalancer();
    const both = [await named('a'), await named('b')];
    balancer.update(0, both);
    expect(await pods(new HttpClient(url), 6)).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    expect(both.map(({ accepted }) => accepted())).toEqual([1, 1]);
  });

  it('gives the next request of the same connection elsewhere when the view has changed', async () => {
    const { balancer, url } = await startRequestBalancer();
    balancer.update(0, [await named('a')]);
    const client = new HttpClient(url);
    expect(await pods(client, 1)).toEqual(['a']);
    balancer.update(0, [await named('b')]);
    expect(await pods(client, 2)).toEqual(['b', 'b']);
  });

  it('leaves a client connection at one balancer instance, with the view of that', async () => {
    const { balancer, url } = await startRequestBalancer({ nodes: 2 });
    balancer.update(0, [await named('a')]);
    balancer.update(1, [await named('b')]);
    const seen = await Promise.all(Array.from({ length: 12 }, () => pods(new HttpClient(url), 3)));
    expect(new Set(seen.map((names) => names.join('')))).toEqual(new Set(['aaa', 'bbb']));
  });

  it("says of each attempt whether the pod's answer ended the connection, which the client does not see", async () => {
    const { balancer, url, attemptsOf } = await startRequestBalancer();
    let connection = 'keep-alive';
    const answer = (_request: IncomingMessage, response: ServerResponse): unknown =>
      response.writeHead(200, { connection }).end();
    balancer.update(0, [await startHttpPod('a', answer)]);
    const client = new HttpClient(url);
    await client.request({ headers: { 'x-request-id': 'rehearsal-1' } });
    connection = 'close';
    const last = await client.request({ headers: { 'x-request-id': 'rehearsal-2' } });
    expect(last.headers.get('connection')).not.toBe('close');
    expect([...attemptsOf(1), ...attemptsOf(2)].map(({ endsConnection }) => endsConnection)).toEqual([false, true]);
  });

  it('counts the connections that it keeps to a pod until the pod ends them', async () => {
    const { balancer, kept } = await withIdleConnection();
    expect(balancer.connectionsTo('a')).toBe(1);
    kept.socket.end();
    await until('the pod has ended it', () => balancer.connectionsTo('a') === 0);
  });

  it('answers 503 by itself where it knows of no endpoint', async () => {
    const { url, attemptsOf } = await startRequestBalancer();
    const answer = await new HttpClient(url).request({ headers: { 'x-request-id': 'rehearsal-1' } });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('x-rehearsal-balancer')).toBe('no-endpoints');
    expect(attemptsOf(1)).toEqual([]);
  });

  it("passes the service's own 503 on, without its header", async () => {
    const { balancer, url } = await startRequestBalancer({ retries: 3 });
    const pod = await startHttpPod('a', (_request, response) => response.writeHead(503).end('draining'));
    balancer.update(0, [pod]);
    const answer = await new HttpClient(url).request();
    expect(answer).toMatchObject({ status: 503, body: 'draining' });
    expect(answer.headers.has('x-rehearsal-balancer')).toBe(false);
  });

  it('answers 502 where the pod refuses', async () => {
    const { balancer, attemptsOf } = await startRequestBalancer();
    const pod = await TcpPod.start('a');
    await pod.stopListening();
    balancer.update(0, [pod, await named('b')]);
    const client = await askRaw(balancer.port, 1, 'POST / HTTP/1.1', 'Content-Length: 4');
    client.send('body');
    await client.untilReceived('x-rehearsal-balancer: refused');
    expect(client.received).toContain('HTTP/1.1 502 Bad Gateway');
    expect(attemptsOf(1)).toEqual([
      { pod: 'a', at: 0, connect: 'refused', connectedAt: undefined, wasDelivered: false },
    ]);
    // The connection is good for another request.
    client.send(rawRequest(2));
    await client.untilReceived('\r\nb');
  });

  it('tries another endpoint when one refuses and retries are on, for every method and with its body', async () => {
    const { balancer, attemptsOf, url } = await startRequestBalancer({ retries: 1 });
    const away = await TcpPod.start('a');
    await away.stopListening();
    const echo = await startHttpPod('b', (request, response) => request.pipe(response));
    balancer.update(0, [away, echo]);
    const headers = { 'x-request-id': 'rehearsal-1' };
    expect(await new HttpClient(url).request({ method: 'POST', body: 'once', headers })).toMatchObject({
      status: 200,
      body: 'once',
    });
    expect(attemptsOf(1).map(({ pod, connect, wasDelivered }) => [pod, connect, wasDelivered])).toEqual([
      ['a', 'refused', false],
      ['b', 'open', true],
    ]);
  });

  it('has no other endpoint to try where there is one, however many retries', async () => {
    const { balancer, attemptsOf } = await startRequestBalancer({ retries: 5 });
    const pod = await TcpPod.start('a');
    await pod.stopListening();
    balancer.update(0, [pod]);
    await (await askRaw(balancer.port, 1)).untilReceived('x-rehearsal-balancer: refused');
    expect(attemptsOf(1)).toHaveLength(1);
  });

  it('refuses for the address of a pod that has gone, and is a black hole later until the client gives up', async () => {
    const { balancer, attemptsOf, clock } = await startRequestBalancer({ retries: 1 });
    const pod = await named('a');
    balancer.update(0, [pod]);
    balancer.gone(pod);
    await (await askRaw(balancer.port, 1)).untilReceived('x-rehearsal-balancer: refused');
    await clock.advance(1000);
    const client = await askRaw(balancer.port, 2);
    await until('it is handed over', () => attemptsOf(2).length === 1);
    await turns();
    expect(client).toMatchObject({ received: '', isClosed: false });
    expect([attemptsOf(1), attemptsOf(2)]).toMatchObject([[{ connect: 'refused' }], [{ connect: 'black-hole' }]]);
    expect(pod.accepted()).toBe(0);
    client.socket.end();
    await client.untilClosed();
    const upload = await askRaw(balancer.port, 3, 'POST / HTTP/1.1', 'Content-Length: 1000000');
    upload.send('x'.repeat(999_999));
    await until('all is taken', () => upload.socket.writableLength === 0);
    upload.socket.end();
    await upload.untilClosed();
  });

  it('answers 502 when a pod ends before its answer, and does not send the request again', async () => {
    const { balancer, attemptsOf, clock } = await startRequestBalancer();
    const [pod, other] = [await TcpPod.start('a'), await named('b')];
    balancer.update(0, [pod, other]);
    const client = await askRaw(balancer.port, 1);
    const server = await pod.connection();
    await server.untilReceived('GET /');
    await clock.advance(30);
    server.socket.end();
    await client.untilReceived('x-rehearsal-balancer: reset');
    expect(client.received).toContain('HTTP/1.1 502 Bad Gateway');
    expect(attemptsOf(1)).toEqual([{ pod: 'a', at: 0, connect: 'open', connectedAt: 0, wasDelivered: true }]);
    expect(other.accepted()).toBe(0);
  });

  it.each([
    ['GET', [], 'b'],
    ['DELETE', [], 'b'],
    ['POST', ['Content-Length: 0'], 'x-rehearsal-balancer: reset'],
    ['PUT', ['Content-Length: 0'], 'b'],
    // Its body has been used up.
    ['PUT', ['Content-Length: 4'], 'x-rehearsal-balancer: reset'],
  ])('with retries, sends only what is idempotent once more after a reset: %s %j', async (method, headers, seen) => {
    const { balancer } = await startRequestBalancer({ retries: 1 });
    const pod = await TcpPod.start('a');
    balancer.update(0, [pod, await named('b')]);
    const client = await askRaw(balancer.port, 1, `${method} / HTTP/1.1`, ...headers);
    const server = await pod.connection();
    await server.untilReceived(`${method} /`);
    server.socket.resetAndDestroy();
    await client.untilReceived(`${seen}\r\n`.replace('b\r\n', '\r\nb'));
  });

  it('resets the client when a pod ends within its answer', async () => {
    const { balancer } = await startRequestBalancer({ retries: 3 });
    const pod = await TcpPod.start('a');
    balancer.update(0, [pod, await named('b')]);
    const client = await askRaw(balancer.port, 1);
    const server = await pod.connection();
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthe beginning');
    await client.untilReceived('the beginning');
    server.socket.end();
    await client.untilClosed();
    expect(client.error).toBe('ECONNRESET');
  });

  it('keeps a connection although the pod announces to close it soon, and loses the request that crosses its end', async () => {
    const { client, kept, pod, attemptsOf, clock } = await withIdleConnection({ retries: 0 });
    await clock.advance(5000);
    client.send(rawRequest(2));
    await kept.untilReceived('rehearsal-2');
    // To the balancer this is the same as an end that was sent while the request was under way.
    kept.socket.resetAndDestroy();
    await client.untilReceived('x-rehearsal-balancer: reset');
    expect(pod.connections).toHaveLength(1);
    expect(attemptsOf(2)).toEqual([{ pod: 'a', at: 5000, connect: 'open', connectedAt: 0, wasDelivered: true }]);
  });

  it('opens another connection when it has seen the end of the kept one', async () => {
    const { client, kept, pod } = await withIdleConnection();
    kept.socket.end();
    await kept.untilClosed();
    client.send(rawRequest(2));
    await (await pod.connection(1)).untilReceived('rehearsal-2');
  });

  it('closes a connection on which the pod said so', async () => {
    const { balancer } = await startRequestBalancer();
    const pod = await TcpPod.start('a');
    balancer.update(0, [pod]);
    const client = await askRaw(balancer.port, 1);
    const server = await pod.connection();
    await server.untilReceived('rehearsal-1');
    server.send(rawAnswer('done', 'Connection: close'));
    await client.untilReceived('done');
    await server.untilEnd();
    // That was between the pod and the balancer: the client stays.
    expect(client.received).not.toContain('close');
    client.send(rawRequest(2));
    await (await pod.connection(1)).untilReceived('rehearsal-2');
  });

  it('closes a connection that was idle for the idle timeout, not sooner', async () => {
    const { client, kept, pod, clock } = await withIdleConnection({ idleTimeoutMs: 4000 });
    await clock.advance(3999);
    client.send(rawRequest(2));
    await kept.untilReceived('rehearsal-2');
    await clock.advance(10_000);
    kept.send(rawAnswer('second'));
    await client.untilReceived('second');
    await clock.advance(3999);
    await turns();
    expect(kept.hasEnd).toBe(false);
    await clock.advance(1);
    await kept.untilEnd();
    expect(pod.connections).toHaveLength(1);
  });

  it('ends every connection when it is closed', async () => {
    const { balancer, client, kept, clock } = await withIdleConnection();
    await balancer.close();
    await Promise.all([client.untilEnd(), kept.untilEnd()]);
    expect(clock.pendingTimers).toBe(0);
    await expect(TcpPeer.connect(balancer.port)).rejects.toThrow('ECONNREFUSED');
  });
});
